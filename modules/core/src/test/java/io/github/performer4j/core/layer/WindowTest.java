package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.SameDiffAttention;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Exact attention within a window: the graph against plain loops, parts of both engines against each other, and what has no window. */
class WindowTest {
    private static final int B = 2;
    private static final int H = 3;
    private static final int T = 13;
    private static final int D = 5;
    private static final AttentionOptions EXACT =
            AttentionOptions.defaults().withHeads(H).withFeatures(7).withKind(AttentionOptions.Kind.EXACT);
    private static final INDArray MASK = Samples.mask(DataType.DOUBLE, "1111111100000", "0011010111111");

    private static double[][] plain(
            double[][] q, double[][] k, double[][] v, int window, int global, boolean causal, INDArray mask, int b) {
        double[][] out = new double[T][D];
        for (int t = 0; t < T; t++) {
            double sum = 0;
            for (int j = 0; j < T; j++) {
                boolean near = Math.abs(t - j) < window || j < global || t < global;
                if (near && (!causal || j <= t) && (mask == null || mask.getDouble(b, j) == 1)) {
                    double dot = 0;
                    for (int i = 0; i < D; i++) {
                        dot += q[t][i] * k[j][i];
                    }
                    double e = Math.exp(dot / Math.sqrt(D));
                    sum += e;
                    for (int i = 0; i < D; i++) {
                        out[t][i] += e * v[j][i];
                    }
                }
            }
            for (int i = 0; i < D; i++) {
                out[t][i] = sum == 0 ? 0 : out[t][i] / sum;
            }
        }
        return out;
    }

    /** Rows that see no key are 0. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, true, false",
        "1, 0, false, true",
        "2, 0, true, true",
        "4, 0, true, false",
        "4, 0, true, true",
        "4, 0, false, true",
        "5, 0, false, false",
        "13, 0, true, true",
        "13, 0, false, true",
        "99, 0, true, true",
        "99, 0, false, false",
        "1, 2, true, true",
        "3, 1, true, false",
        "3, 4, false, true",
        "2, 3, false, false",
        "2, 99, false, true"
    })
    void theGraphIsThePlainFormula(int window, int global, boolean causal, boolean masked) {
        long[] shape = {B, H, T, D};
        INDArray q = Samples.gaussian(DataType.DOUBLE, 3, 1, shape);
        INDArray k = Samples.gaussian(DataType.DOUBLE, 4, 1, shape);
        INDArray v = Samples.gaussian(DataType.DOUBLE, 5, 1, shape);
        SameDiff sd = SameDiff.create();
        SDVariable mask = masked ? sd.placeHolder("mask", DataType.DOUBLE, B, T) : null;
        SameDiffAttention.attend(
                "out",
                sd.placeHolder("q", DataType.DOUBLE, shape),
                sd.placeHolder("k", DataType.DOUBLE, shape),
                sd.placeHolder("v", DataType.DOUBLE, shape),
                mask,
                shape,
                EXACT.withCausal(causal).withWindow(window).withGlobalTokens(global),
                1);
        Map<String, INDArray> given = new HashMap<>(Map.of("q", q, "k", k, "v", v));
        if (masked) {
            given.put("mask", MASK);
        }
        INDArray out = sd.outputSingle(given, "out");
        for (int b = 0; b < B; b++) {
            for (int h = 0; h < H; h++) {
                double[][] expected = plain(
                        head(q, b, h), head(k, b, h), head(v, b, h), window, global, causal, masked ? MASK : null, b);
                double[][] actual = head(out, b, h);
                for (int t = 0; t < T; t++) {
                    assertThat(actual[t]).as("%s, %s, %s", b, h, t).containsExactly(expected[t], within(1e-10));
                }
            }
        }
    }

    private static double[][] head(INDArray x, int b, int h) {
        return x.slice(b).slice(h).dup('c').toDoubleMatrix();
    }

    private static MultiLayerNetwork net(AttentionOptions o, DataType type, int part) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0.2))
                .list()
                .layer(new PerformerBlockLayer.Builder().attention(o).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.TANH)
                        .nOut(2)
                        .build())
                .setInputType(InputType.recurrent(H * D))
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(part)
                .build());
        net.init();
        INDArray noise = Samples.gaussian(DataType.FLOAT, 31, 0.2, net.params().shape());
        net.setParams(noise.castTo(type));
        return net;
    }

    /** A part's own gradient, and none of the keys before it, on either engine: in windows that reach into the part before, beyond it, and not at all. */
    @ParameterizedTest
    @CsvSource({"1, 4", "3, 4", "6, 4", "11, 3", "40, 5"})
    void truncatedPartsTrainAlikeOnBothEngines(int window, int part) {
        AttentionOptions o = EXACT.withCausal(true).withWindow(window);
        MultiLayerNetwork[] nets = {net(o, DataType.FLOAT, part), net(o, DataType.DOUBLE, part)};
        assertThat(nets[0].getLayer(0)).isInstanceOf(FusedRuntime.class);
        for (MultiLayerNetwork net : nets) {
            DataType type = net.params().dataType();
            INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, B, H * D, T).castTo(type);
            INDArray y = Samples.gaussian(DataType.FLOAT, 4, 1, B, 2, T).castTo(type);
            INDArray mask = MASK.castTo(type);
            for (int i = 0; i < 3; i++) {
                net.fit(new DataSet(x, y, mask, mask));
            }
        }
        INDArray moved = nets[1].params();
        assertThat(nets[0].params()
                        .castTo(DataType.DOUBLE)
                        .sub(moved)
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-4 * moved.amaxNumber().doubleValue());
    }

    /** On kernels, what a later token is changes no bit of a row, nor does what lies before its window. */
    @Test
    void tokensOutOfSightChangeNoBit() {
        MultiLayerNetwork net = net(EXACT.withCausal(true).withWindow(4), DataType.FLOAT, 4);
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, B, H * D, T);
        INDArray before = net.output(x).dup('c');
        for (int i = 0; i < H * D; i++) {
            x.putScalar(new int[] {0, i, 6}, 3);
        }
        INDArray after = net.output(x);
        for (int t = 0; t < T; t++) {
            boolean sees = t >= 6 && t < 10;
            assertThat(after.getFloat(0, 0, t) == before.getFloat(0, 0, t))
                    .as("token %s", t)
                    .isEqualTo(!sees);
        }
    }

    /** A state keeps the last tokens, not the first. */
    @Test
    void partsWithGlobalTokensAreRefused() {
        MultiLayerNetwork net = net(EXACT.withCausal(true).withWindow(4).withGlobalTokens(1), DataType.FLOAT, 4);
        assertThatThrownBy(() -> net.rnnTimeStep(Samples.gaussian(DataType.FLOAT, 3, 1, B, H * D, 2)))
                .hasMessageContaining("its global tokens are not among the last ones, which a window keeps");
    }

    @Test
    void whatHasNoWindowSaysSo() throws IOException {
        assertThatThrownBy(() -> EXACT.withWindow(-1))
                .hasMessage("window must not be negative, and 0 is none; window=-1");
        assertThatThrownBy(() -> AttentionOptions.defaults().withWindow(3))
                .hasMessage("a window needs exact attention, or local heads; window=3, kind=LINEAR");
        AttentionOptions windowed = EXACT.withWindow(3);
        assertThatThrownBy(() ->
                        new CrossAttentionLayer.Builder().attention(windowed).build())
                .hasMessage(
                        "attention of one sequence to another has no decay, convolution, window, grid, relative or Fourier positions, because they have no common order; decay=null, convolution=0, window=3, grid=null, relative=null, fourier=null");
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("x", 15);
        Value m = p.input("memory", 15);
        assertThatThrownBy(() -> p.attend(x, m, m, windowed, ""))
                .hasMessageStartingWith(
                        "attention that is causal, decays, has a window, relative or Fourier positions needs queries and keys of the same sequence; causal=false, decay=null, window=3");
        ObjectMapper mapper = JsonMappers.getMapper();
        ObjectNode json = mapper.valueToTree(windowed.pinned());
        assertThat(json.at("/sees/window/left").asInt()).isEqualTo(2);
        assertThat(json.has("distances")).isFalse();
        ((ObjectNode) json.at("/sees/window")).remove("global"); // as older models have it
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(windowed.pinned());
        AttentionOptions global = windowed.withGlobalTokens(2);
        assertThat(mapper.treeToValue(mapper.valueToTree(global.pinned()), AttentionOptions.class))
                .isEqualTo(global.pinned());
        assertThat(global.withCausal(true).distances().global()).isEqualTo(2);
        assertThatThrownBy(() -> EXACT.withGlobalTokens(2))
                .hasMessage("global tokens are seen through a window, and there is none; globalTokens=2");
        assertThatThrownBy(() -> EXACT.withWindow(1).withGlobalTokens(2))
                .hasMessage(
                        "global tokens that are not causal need a window that reaches behind the query; causal=false, right=0, global=2");
        json.remove("sees");
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(EXACT.pinned());
    }
}
