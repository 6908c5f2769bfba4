package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.Recomputation;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Classification;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;

/** Nets compute of packed rows what they compute of the same sequences a row each: outputs, score, and the gradient of every parameter, on both engines. */
class PackedTest {
    private static final int T = 23;
    private static final String[] ROWS = {
        "11111222222222222233300", // 5, 13, 3
        "00011100222222222222222", // gaps in front and between: 3, 15
        "11111111111111111111111", // 23
        "00000000000000000000000",
        "12345555555555555555555" // sequences of one token
    };
    /** Row, first token and length of each sequence. */
    private static final int[][] PLACES = {
        {0, 0, 5},
        {0, 5, 13},
        {0, 18, 3},
        {1, 3, 3},
        {1, 8, 15},
        {2, 0, 23},
        {4, 0, 1},
        {4, 1, 1},
        {4, 2, 1},
        {4, 3, 1},
        {4, 4, 19}
    };

    /** Settings that are changed together, from blocks of bidirectional linear attention with learned positions. */
    private static final String MODELS = """
            learned positions      |
            causal                 | attention.causal=true
            sinusoidal             | embedding.positions="sinusoidal"
            axial                  | embedding.positions="axial"
            tied, two blocks       | head.tied=true, layers=2
            rotary, positive       | embedding.positions="none", attention.positions="rotary", attention.featureMap="positive"
            interleaved rotary     | embedding.positions="none", attention.positions="rotary-interleaved", attention.causal=true
            buckets                | embedding.positions="none", attention.positions="buckets", attention.relativeBuckets=8
            causal buckets         | embedding.positions="none", attention.positions="buckets", attention.causal=true
            toeplitz               | embedding.positions="none", attention.positions="toeplitz", attention.queryKeyNorm="rms"
            fourier                | embedding.positions="none", attention.positions="fourier", attention.featureMap="positive"
            fourier on a grid      | embedding.positions="none", attention.positions="fourier", attention.featureMap="positive", attention.grid="cls+3x4"
            fixed decay            | attention.decay="fixed", attention.decayShortest=2
            causal fixed decay     | attention.decay="fixed", attention.causal=true
            selective decay        | attention.decay="selective"
            causal selective decay | attention.decay="selective", attention.causal=true
            exact                  | embedding.positions="none", attention.kind="exact"
            causal exact           | attention.kind="exact", attention.causal=true
            prefix                 | embedding.positions="none", attention.featureMap="positive", attention.prefix=3
            causal prefix          | attention.featureMap="positive", attention.prefix=3, attention.causal=true
            window                 | embedding.positions="none", attention.kind="exact", attention.window=5
            causal window          | attention.kind="exact", attention.window=4, attention.causal=true
            global tokens          | attention.kind="exact", attention.window=4, attention.globalTokens=2
            causal global tokens   | attention.kind="exact", attention.window=3, attention.globalTokens=2, attention.causal=true
            alibi                  | attention.kind="exact", attention.decay="alibi"
            exact buckets          | attention.kind="exact", attention.positions="buckets"
            local heads            | attention.localHeads=1, attention.window=3
            groups                 | embedding.positions="none", attention.groups=[{"heads":1,"decay":"fixed","decayShortest":2,"featureMap":"positive"},{"heads":1,"kind":"exact","window":5}]
            causal groups          | attention.causal=true, attention.groups=[{"heads":1,"featureMap":"positive"},{"heads":1,"decay":"selective"}]
            convolution            | embedding.positions="none", attention.convolution=5
            causal convolution     | embedding.positions="none", attention.convolution=4, attention.causal=true
            token shift            | embedding.positions="none", tokenShift=true
            causal token shift     | embedding.positions="none", tokenShift=true, attention.causal=true
            learned projection     | attention.featureMap="positive", attention.learnedProjection=true
            reversible             | reversible=true, layers=2, attention.convolution=3, tokenShift=true
            causal reversible      | reversible=true, layers=2, attention.causal=true, attention.featureMap="positive"
            gate, rezero           | attention.gate=true, norm.placement="rezero"
            shared keys            | attention.keyHeads=1
            fitted map             | attention.featureMap="oprf"
            causal fitted map      | attention.featureMap="saderf", attention.causal=true, attention.statistics="running"
            """;

    static Stream<Arguments> models() {
        return MODELS.lines()
                .map(line -> line.split("\\|", -1))
                .map(cells -> Arguments.of(cells[0].strip(), cells[1].strip()));
    }

    private static PerformerConfig config(String settings) throws IOException {
        Map<String, Object> changes = new LinkedHashMap<>();
        for (String setting : settings.isEmpty() ? new String[0] : settings.split(", ")) {
            String[] parts = setting.split("=");
            changes.put(parts[0], new ObjectMapper().readValue(parts[1], Object.class));
        }
        return Nets.config()
                .with("layers", 2)
                .with("attention.redrawInterval", 0)
                .with(changes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void equalsSequencesARowEachInFloat64(String name, String settings) throws IOException {
        equal(config(settings), DataType.DOUBLE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void equalsSequencesARowEachOnKernels(String name, String settings) throws IOException {
        equal(config(settings), DataType.FLOAT);
    }

    private static void equal(PerformerConfig config, DataType type) {
        ComputationGraph net = Nets.graph(config, type, new Sgd(0.1));
        INDArray mask = Samples.mask(type, ROWS);
        INDArray ids = Samples.ids(type, 3, Nets.VOCABULARY, ROWS.length, T);
        INDArray labels = Samples.ids(type, 5, Nets.VOCABULARY, ROWS.length, T).putScalar(2, 7, -1);
        INDArray apart = apart(mask).gt(0).castTo(type);
        gradient(net, apart(ids), apart(labels), apart);
        double score = net.score();
        INDArray gradients = net.getFlattenedGradients().dup();
        INDArray output = net.output(false, new INDArray[] {apart(ids)}, new INDArray[] {apart})[0];
        for (int pass = 0; pass < 3; pass++) { // the second one with what the first one left, the third recomputes
            Recomputation.set(net, pass == 2);
            for (Layer layer : net.getLayers()) {
                GraphRuntime.of(layer).ifPresent(GraphRuntime::poison);
            }
            gradient(net, ids, labels, mask);
            assertThat(net.score()).isCloseTo(score, within(TensorAssert.tolerance(type)));
            net.gradient().gradientForVariable().forEach((parameter, own) -> TensorAssert.assertFinite(parameter, own));
            TensorAssert.assertClose("gradients", net.getFlattenedGradients(), gradients);
        }
        INDArray packed = net.output(false, new INDArray[] {ids}, new INDArray[] {mask})[0];
        TensorAssert.assertClose("output", real(apart(packed), apart), real(output, apart));
    }

    private static void gradient(ComputationGraph net, INDArray x, INDArray y, INDArray mask) {
        Nets.feed(net, x, y, mask, null).set();
        net.computeGradientAndScore();
    }

    /** Returns the sequences of packed rows, a row each. */
    private static INDArray apart(INDArray x) {
        boolean matrix = x.rank() == 2;
        INDArray out = matrix
                ? Nd4j.zeros(x.dataType(), PLACES.length, T)
                : Nd4j.zeros(x.dataType(), PLACES.length, T, x.size(2));
        for (int s = 0; s < PLACES.length; s++) {
            int[] p = PLACES[s];
            for (int t = 0; t < p[2]; t++) {
                INDArray from = x.get(NDArrayIndex.point(p[0]), NDArrayIndex.point(p[1] + t));
                out.get(NDArrayIndex.point(s), NDArrayIndex.point(t)).assign(from);
            }
        }
        return out;
    }

    /** Returns an output with zeros where there is no token, whatever stands there. */
    private static INDArray real(INDArray x, INDArray mask) {
        INDArray copy = x.dup();
        for (long s = 0; s < mask.size(0); s++) {
            for (long t = 0; t < mask.size(1); t++) {
                if (mask.getDouble(s, t) == 0) {
                    copy.get(NDArrayIndex.point(s), NDArrayIndex.point(t)).assign(0);
                }
            }
        }
        return copy;
    }

    /** What stands in the other sequences of a row reaches no bit. */
    @Test
    void othersOfTheRowReachNothing() {
        ComputationGraph net = Nets.graph(Nets.config(), DataType.FLOAT);
        INDArray mask = Samples.mask(DataType.FLOAT, ROWS);
        INDArray ids = Samples.ids(DataType.FLOAT, 3, Nets.VOCABULARY, ROWS.length, T);
        INDArray before = net.output(false, new INDArray[] {ids}, new INDArray[] {mask})[0].dup();
        INDArray others = ids.dup();
        others.get(NDArrayIndex.point(0), NDArrayIndex.interval(0, 5)).assign(1);
        INDArray after = net.output(false, new INDArray[] {others}, new INDArray[] {mask})[0];
        TensorAssert.assertIdentical("the second sequence", stretch(after, 5, 21), stretch(before, 5, 21));
        assertThat(stretch(after, 0, 5)).isNotEqualTo(stretch(before, 0, 5));
    }

    private static INDArray stretch(INDArray x, int from, int to) {
        return x.get(NDArrayIndex.point(0), NDArrayIndex.interval(from, to), NDArrayIndex.all())
                .dup();
    }

    @Test
    void aRowWithOneVectorIsRefused() {
        for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
            ComputationGraph net = Nets.graph(
                    Nets.config(), new Classification(List.of("a", "b"), false, "none", null), type, new Sgd(0.1));
            INDArray[] mask = {Samples.mask(type, ROWS)};
            INDArray[] ids = {Samples.ids(type, 3, Nets.VOCABULARY, ROWS.length, T)};
            assertThatThrownBy(() -> net.output(false, ids, mask))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "packed rows hold several sequences, and the layer makes one vector of each row");
        }
    }

    @Test
    void aPartOfASequenceIsRefused() {
        ComputationGraph net = Nets.graph(Nets.causal(), DataType.FLOAT);
        Layer block = net.getLayer(PerformerConfig.blockVertex(0));
        block.feedForwardMaskArray(Samples.mask(DataType.FLOAT, ROWS), MaskState.Active, ROWS.length);
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, ROWS.length, T, Nets.WIDTH);
        assertThatThrownBy(() -> ((RecurrentLayer) block).rnnTimeStep(x, LayerWorkspaceMgr.noWorkspaces()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("packed rows hold whole sequences");
    }
}
