package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.Statistics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Attention in float32 over inputs up to 1e6, where exponents are numbers like 1e11 that rounding moves by thousands: every map, on kernels and as a
 * graph, forward and backward, causal or not, with padding.
 */
class LargeInputsTest {
    private static final double[] SIZES = {1e3, 1e4, 1e5, 1e6};
    private static final int WIDTH = 14;
    /** Longer than a chunk of causal attention. */
    private static final int TOKENS = 61;

    static Stream<AttentionOptions> everyMap() {
        AttentionOptions base = AttentionOptions.defaults().withHeads(2).withFeatures(48);
        Stream<AttentionOptions> linear = FeatureMaps.names().stream()
                .map(FeatureMap::named)
                .flatMap(map -> Stream.of(false, true)
                        .filter(causal -> !causal || !map.looksAhead() || map.takesKeptStatistics())
                        .map(causal -> base.withStatistics(
                                        causal && map.looksAhead() ? Statistics.FIXED : Statistics.SEQUENCE)
                                .withFeatureMap(map)
                                .withCausal(causal)));
        return Stream.concat(
                linear,
                Stream.of(false, true)
                        .map(causal ->
                                base.withKind(AttentionOptions.Kind.EXACT).withCausal(causal)));
    }

    private static FusedCase layer(AttentionOptions options) {
        return FusedCase.block()
                .feedForward(null)
                .attention(options)
                .size(3, TOKENS, WIDTH, 17)
                .padded();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyMap")
    void valuesAndGradientsAreFinite(AttentionOptions options) {
        for (String engine : new String[] {"cpu", "graph"}) {
            withEngine(engine, () -> {
                FusedCase c = layer(options);
                GraphRuntime runtime = c.layer(DataType.FLOAT);
                for (double size : SIZES) {
                    run(c, runtime, size).forEach((name, tensor) -> {
                        boolean infinite =
                                tensor.isNaN().any() || tensor.isInfinite().any();
                        assertThat(infinite)
                                .as("%s, %s at %s", engine, name, size)
                                .isFalse();
                    });
                }
            });
        }
    }

    static Stream<AttentionOptions> positiveMaps() {
        return everyMap()
                .filter(options -> !options.causal() && options.kind() == AttentionOptions.Kind.LINEAR)
                .filter(options -> Stream.of(
                                "positive",
                                "hyperbolic",
                                "gerf",
                                "oprf",
                                "saderf",
                                "sderf",
                                "aderf",
                                "poisson",
                                "geometric")
                        .anyMatch(name -> FeatureMap.named(name).equals(options.featureMap())));
    }

    /** One key outweighs all others there, whatever rounding does: the kernels find the one that float64 finds. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("positiveMaps")
    void kernelsAttendToWhatFloat64AttendsTo(AttentionOptions options) {
        FusedCase c = layer(options);
        INDArray expected = run(c, c.layer(DataType.DOUBLE), 1e5).get("output");
        withEngine("cpu", () -> {
            INDArray actual = run(c, c.layer(DataType.FLOAT), 1e5).get("output");
            double largest = expected.amaxNumber().doubleValue();
            assertThat(actual.castTo(DataType.DOUBLE).sub(expected).amaxNumber().doubleValue())
                    .isLessThan(1e-4 * largest);
        });
    }

    /** Blocks of other clusters stay out of reach, however low the exponents of a row's own block are. */
    @Test
    void clustersStayApart() {
        FusedCase c = layer(AttentionOptions.defaults()
                .withHeads(2)
                .withFeatures(48)
                .withFeatureMap(FeatureMap.named("hybrid-clustered")));
        for (double size : SIZES) {
            Map<String, INDArray> outputs = new LinkedHashMap<>();
            for (String engine : new String[] {"cpu", "graph"}) {
                withEngine(
                        engine,
                        () -> outputs.put(
                                engine, run(c, c.layer(DataType.FLOAT), size).get("output")));
            }
            INDArray expected = outputs.get("graph");
            assertThat(outputs.get("cpu").distance2(expected))
                    .as("size %s", size)
                    .isLessThan(1e-4 * expected.norm2Number().doubleValue());
        }
    }

    /** Returns output and gradients, 0 where padded. */
    private static Map<String, INDArray> run(FusedCase c, GraphRuntime runtime, double size) {
        DataType type = runtime.getParam("Wq").dataType();
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        INDArray mask = c.mask(type);
        runtime.setMaskArray(mask);
        runtime.setInput(c.input(type).mul(size), workspaces);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("output", shown(runtime.activate(true, workspaces), mask));
        Pair<Gradient, INDArray> gradients = runtime.backpropGradient(c.error(type), workspaces);
        tensors.put("input", shown(gradients.getSecond(), mask));
        gradients.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
        return tensors;
    }

    private static INDArray shown(INDArray x, INDArray mask) {
        INDArray out = x.dup('c');
        for (long b = 0; b < x.size(0); b++) {
            for (long t = 0; t < x.size(1); t++) {
                if (mask.getDouble(b, t) == 0) {
                    out.slice(b).getRow(t).assign(0);
                }
            }
        }
        return out;
    }

    private static void withEngine(String engine, Runnable test) {
        String before = System.setProperty("performer4j.engine", engine);
        try {
            test.run();
        } finally {
            if (before == null) {
                System.clearProperty("performer4j.engine");
            } else {
                System.setProperty("performer4j.engine", before);
            }
        }
    }
}
