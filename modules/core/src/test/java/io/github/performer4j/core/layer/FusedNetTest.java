package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.WholeSequence;
import io.github.performer4j.core.model.PerformerConfig;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Whole nets on kernels equal the float64 graph with the same parameters: outputs, score, and the gradient of every parameter. */
class FusedNetTest {
    private static final double BOUND = 1e-4;
    private static final int B = 3;
    private static final int T = 13;

    static Stream<Arguments> models() {
        PerformerConfig c = Nets.config().with("layers", 1).with("attention.redrawInterval", 0);
        PerformerConfig causal = c.withCausal(true);
        PerformerConfig tied = c.with("head.tied", true);
        return Stream.of(
                Arguments.of("learned positions", c, true),
                Arguments.of(
                        "sinusoidal positions, dropout",
                        c.with("embedding.positions", "sinusoidal").with("dropout", 0.3),
                        true),
                Arguments.of("no positions", c.with("embedding.positions", "none"), false),
                Arguments.of(
                        "no positions, dropout",
                        c.with("embedding.positions", "none").with("dropout", 0.3),
                        false),
                Arguments.of("causal, dropout", causal.with("dropout", 0.2), true),
                Arguments.of("tied", tied, true),
                Arguments.of(
                        "tied, causal, post-norm, dropout",
                        tied.withCausal(true).with("norm.placement", "post").with("dropout", 0.2),
                        false),
                Arguments.of("three blocks", c.with("layers", 3), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void equalsTheGraphInFloat64(String name, PerformerConfig config, boolean padded) {
        ComputationGraph fused = Nets.graph(config, DataType.FLOAT, new Sgd(0.1));
        ComputationGraph graph = Nets.graph(config, DataType.DOUBLE, new Sgd(0.1));
        graph.setParams(fused.params().castTo(DataType.DOUBLE));
        for (Layer layer : fused.getLayers()) { // only the tied table, which is copied, is left to the graph
            assertThat(layer.getClass() == GraphRuntime.class || layer instanceof WholeSequence.OnGraph)
                    .isEqualTo(layer.conf().getLayer().getLayerName().equals("table"));
        }
        INDArray mask = padded ? Samples.mask(DataType.FLOAT, "1111111111100", "0110111111111", "1".repeat(T)) : null;
        for (long seed = 0; seed < 2; seed++) {
            INDArray x = Samples.ids(DataType.FLOAT, seed, Nets.VOCABULARY, B, T);
            INDArray y = Samples.ids(DataType.FLOAT, 50 + seed, Nets.VOCABULARY, B, T)
                    .putScalar(0, 0, -1);
            gradient(fused, x, y, mask, DataType.FLOAT);
            gradient(graph, x, y, mask, DataType.DOUBLE);
            assertThat(fused.score()).isCloseTo(graph.score(), within(1e-5));
            graph.gradient()
                    .gradientForVariable()
                    .forEach((parameter, e) -> assertClose(
                            parameter, fused.gradient().gradientForVariable().get(parameter), e));
            assertClose("output", output(fused, x, mask, DataType.FLOAT), output(graph, x, mask, DataType.DOUBLE));
        }
    }

    private static void gradient(ComputationGraph net, INDArray x, INDArray y, INDArray mask, DataType type) {
        INDArray typed = mask == null ? null : mask.castTo(type);
        Nets.feed(net, x.castTo(type), y.castTo(type), typed, typed).set();
        net.computeGradientAndScore();
    }

    private static INDArray output(ComputationGraph net, INDArray x, INDArray mask, DataType type) {
        INDArray[] masks = mask == null ? null : new INDArray[] {mask.castTo(type)};
        return net.output(false, new INDArray[] {x.castTo(type)}, masks)[0];
    }

    private static void assertClose(String what, INDArray actual, INDArray expected) {
        assertThat(actual.shape()).as("shape of " + what).isEqualTo(expected.shape());
        TensorAssert.assertFinite(what, actual);
        double largest = expected.amaxNumber().doubleValue();
        double error = actual.castTo(DataType.DOUBLE).sub(expected).amaxNumber().doubleValue();
        assertThat(error).as(what + "; largest=" + largest).isLessThanOrEqualTo(BOUND * largest);
    }
}
