package io.github.performer4j.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.Translation;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** An encoder and a decoder as a net: what masks hide, and one token at a time what the whole target gives. */
class DecoderStepsTest {
    private static final int VOCABULARY = 11;
    private static final int SOURCE = 7;
    private static final int TARGET = 5;

    private static PerformerConfig config(String... settings) {
        Map<String, Object> values = new LinkedHashMap<>(Map.of(
                "maxTokens", 17,
                "width", 12,
                "layers", 2,
                "dropout", 0,
                "embedding.vocabulary", VOCABULARY,
                "attention.heads", 3,
                "attention.features", 13,
                "attention.causal", true,
                "feedForward.hidden", 19,
                "encoder.layers", 2));
        for (String setting : settings) {
            if (setting.contains("=")) {
                String[] pair = setting.split("=");
                values.put(
                        pair[0],
                        pair[1].matches("[0-9]+")
                                ? (Object) Integer.valueOf(pair[1])
                                : pair[1].matches("true|false") ? (Object) Boolean.valueOf(pair[1]) : pair[1]);
            }
        }
        return PerformerConfig.defaults().with(values);
    }

    private static ComputationGraph net(PerformerConfig config, DataType type) {
        ComputationGraph net = new ComputationGraph(config.graph(new Translation(), new Sgd(0.1), 0, 13, type));
        net.init();
        net.params().addi(Samples.gaussian(type, 3, 0.2, net.params().shape()));
        return net;
    }

    private static INDArray ids(int... ids) {
        return Nd4j.createFromArray(ids).reshape('c', 1, ids.length).castTo(DataType.FLOAT);
    }

    private static int[] draw(long seed, int tokens) {
        return Samples.ids(DataType.FLOAT, seed, VOCABULARY, 1, tokens).toIntVector();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "attention.featureMap=relu",
                "attention.temperature=true",
                "attention.featureMap=hyperbolic,attention.features=14",
                "attention.positions=rotary",
                "embedding.positions=sinusoidal,norm.placement=post",
                "attention.decay=selective,attention.convolution=3,attention.gate=true,embedding.positions=none",
                "attention.keyHeads=1,norm.kind=rms",
                "head.tied=true,feedForward.kind=swiglu,embedding.norm=true",
                "attention.queryKeyNorm=width-rms,attention.redrawInterval=3"
            })
    void oneTokenAtATimeGivesWhatTheWholeTargetGives(String settings) {
        PerformerConfig config = config(settings.split(","));
        ComputationGraph net = net(config, DataType.FLOAT);
        int[] source = draw(5, SOURCE);
        int[] target = draw(6, TARGET);
        INDArray whole = net.output(false, ids(target), ids(source))[0].dup();
        INDArray memory =
                net.output(List.of(config.memoryVertex()), false, new INDArray[] {ids(target), ids(source)}, null)[0]
                        .dup('c');
        Matrix rows = NativeArrays.matrix(memory.reshape('c', SOURCE, memory.size(2)));
        DecoderSteps steps = new DecoderSteps(net, VOCABULARY);
        for (int first : new int[] {1, 3}) {
            SequenceState state = SequenceState.empty();
            double[] next = new double[VOCABULARY];
            for (int from = 0, to = first; to <= TARGET; from = to++) {
                steps.read(state, rows, target, from, to, next);
                for (int v = 0; v < VOCABULARY; v++) {
                    assertThat(next[v])
                            .as("settings=%s, token=%d", settings, to - 1)
                            .isCloseTo(whole.getDouble(0, to - 1, v), within(1e-5));
                }
            }
        }
        assertThat(memory.length()).isPositive(); // reachable to the end
    }

    @Test
    void whatTheWholeTargetGivesDependsOnSourceAndEarlierTokensOnly() {
        PerformerConfig config = config();
        ComputationGraph net = net(config, DataType.DOUBLE);
        int[] source = draw(5, SOURCE);
        int[] target = draw(6, TARGET);
        INDArray whole = net.output(false, ids(target), ids(source))[0].dup();
        int[] changed = target.clone();
        changed[TARGET - 1] = (changed[TARGET - 1] + 1) % VOCABULARY;
        INDArray later = net.output(false, ids(changed), ids(source))[0].dup();
        assertThat(gap(whole, later, TARGET - 1)).isLessThan(1e-12);
        assertThat(gap(whole, later, TARGET)).isGreaterThan(1e-6);
        int[] other = source.clone();
        other[SOURCE - 1] = (other[SOURCE - 1] + 1) % VOCABULARY;
        assertThat(gap(whole, net.output(false, ids(target), ids(other))[0], 1)).isGreaterThan(1e-6);
    }

    /** Both sides padded: their masks hide what stands there. */
    @Test
    void paddingIsNotSeen() {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            ComputationGraph net = net(config(), type);
            int[] source = draw(5, SOURCE);
            int[] target = draw(6, TARGET);
            INDArray whole = net.output(false, ids(target), ids(source))[0].dup();
            INDArray sourceMask = Samples.mask(type, "111111100");
            INDArray targetMask = Samples.mask(type, "11111000");
            INDArray padded = net.output(false, new INDArray[] {longer(target, 8), longer(source, 9)}, new INDArray[] {
                targetMask, sourceMask
            })[0];
            assertThat(gap(whole, padded, TARGET)).isLessThan(type == DataType.DOUBLE ? 1e-9 : 1e-5);
        }
    }

    private static INDArray longer(int[] ids, int length) {
        int[] row = Arrays.copyOf(ids, length);
        Arrays.fill(row, ids.length, length, 3);
        return ids(row);
    }

    private static double gap(INDArray a, INDArray b, int tokens) {
        double gap = 0;
        for (int t = 0; t < tokens; t++) {
            for (int v = 0; v < VOCABULARY; v++) {
                gap = Math.max(gap, Math.abs(a.getDouble(0, t, v) - b.getDouble(0, t, v)));
            }
        }
        return gap;
    }

    @Test
    void whatKeepsNoStateIsNamed() {
        assertThat(DecoderSteps.obstacle(net(config("attention.kind=exact"), DataType.FLOAT)))
                .contains("layer=block-0", "its attention is exact");
        assertThat(DecoderSteps.obstacle(net(config(), DataType.DOUBLE))).contains("engine cpu only");
        assertThat(DecoderSteps.obstacle(net(config(), DataType.FLOAT))).isNull();
        assertThatThrownBy(() -> new DecoderSteps(net(config("attention.kind=exact"), DataType.FLOAT), VOCABULARY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertThatThrownBy(() -> config("encoder.layers=0").check(new Translation()))
                .hasMessageContaining("a task with a source needs an encoder");
        assertThatThrownBy(() -> config().check(new CausalLanguageModel()))
                .hasMessageContaining("only a task with a source has an encoder");
        assertThatThrownBy(() -> config("attention.causal=false").check(new Translation()))
                .hasMessageContaining("model.attention.causal=false");
        assertThatThrownBy(() -> config("tokenShift=true").check(new Translation()))
                .hasMessageContaining("no token shift");
        assertThatThrownBy(() -> config("attention.headSize=8").check(new Translation()))
                .hasMessageContaining("model.attention.headSize=8");
    }
}
