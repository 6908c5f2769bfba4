package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Classification;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
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

    static Stream<Arguments> models() {
        PerformerConfig c = Nets.config().with("layers", 2).with("attention.redrawInterval", 0);
        PerformerConfig causal = c.withCausal(true);
        PerformerConfig none = c.with("embedding.positions", "none");
        PerformerConfig exact = none.with("attention.kind", "exact");
        return Stream.of(
                Arguments.of("learned positions", c),
                Arguments.of("causal, learned positions", causal),
                Arguments.of("sinusoidal", c.with("embedding.positions", "sinusoidal")),
                Arguments.of(
                        "axial, tied", c.with("embedding.positions", "axial").with("head.tied", true)),
                Arguments.of(
                        "rotary, positive",
                        none.with("attention.positions", "rotary").with("attention.featureMap", "positive")),
                Arguments.of(
                        "interleaved rotary, causal",
                        none.withCausal(true)
                                .with("attention.positions", "rotary-interleaved")
                                .with("attention.rotaryFraction", 0.6)),
                Arguments.of(
                        "buckets", none.with("attention.positions", "buckets").with("attention.relativeBuckets", 8)),
                Arguments.of("causal buckets", none.withCausal(true).with("attention.positions", "buckets")),
                Arguments.of(
                        "toeplitz", none.with("attention.positions", "toeplitz").with("attention.queryKeyNorm", "rms")),
                Arguments.of(
                        "fourier",
                        none.with("attention.positions", "fourier").with("attention.featureMap", "positive")),
                Arguments.of(
                        "fixed decay", none.with("attention.decay", "fixed").with("attention.decayShortest", 2)),
                Arguments.of("fixed decay, causal", none.withCausal(true).with("attention.decay", "fixed")),
                Arguments.of("selective decay", none.with("attention.decay", "selective")),
                Arguments.of("selective decay, causal", none.withCausal(true).with("attention.decay", "selective")),
                Arguments.of("exact", exact),
                Arguments.of("exact, causal", exact.withCausal(true)),
                Arguments.of("exact, window", exact.with("attention.window", 5)),
                Arguments.of("exact, causal window", exact.withCausal(true).with("attention.window", 4)),
                Arguments.of("exact, alibi", exact.with("attention.decay", "alibi")),
                Arguments.of("exact, buckets", exact.with("attention.positions", "buckets")),
                Arguments.of("local heads", none.with("attention.window", 3).with("attention.localHeads", 1)),
                Arguments.of("convolution", none.with("attention.convolution", 5)),
                Arguments.of("convolution, causal", none.withCausal(true).with("attention.convolution", 4)),
                Arguments.of("token shift", none.with("tokenShift", true)),
                Arguments.of("token shift, causal", none.withCausal(true).with("tokenShift", true)),
                Arguments.of(
                        "learned projection",
                        none.with("attention.featureMap", "positive").with("attention.learnedProjection", true)),
                Arguments.of("gate, rezero", c.with("attention.gate", true).with("norm.placement", "rezero")),
                Arguments.of("shared keys", c.with("attention.keyHeads", 1).with("attention.temperature", true)),
                Arguments.of("a map that is fitted", none.with("attention.featureMap", "oprf")),
                Arguments.of(
                        "a map that is fitted, causal", none.withCausal(true).with("attention.featureMap", "saderf")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void equalsSequencesARowEachInFloat64(String name, PerformerConfig config) {
        equal(config, DataType.DOUBLE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void equalsSequencesARowEachOnKernels(String name, PerformerConfig config) {
        equal(config, DataType.FLOAT);
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
        for (int pass = 0; pass < 2; pass++) { // the second one with what the first one left
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
        net.setLayerMaskArrays(new INDArray[] {Samples.mask(DataType.FLOAT, ROWS)}, null);
        assertThatThrownBy(() -> net.rnnTimeStep(Samples.ids(DataType.FLOAT, 3, Nets.VOCABULARY, ROWS.length, T)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("packed rows hold whole sequences");
    }
}
