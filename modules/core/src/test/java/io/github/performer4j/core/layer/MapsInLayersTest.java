package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.feature.ClusteredFeatures;
import io.github.performer4j.core.feature.DenseExponentialFeatures;
import io.github.performer4j.core.feature.DiscreteFeatures;
import io.github.performer4j.core.feature.DiscreteLaw;
import io.github.performer4j.core.feature.Estimator;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.GerfFeatures;
import io.github.performer4j.core.feature.HybridFeatures;
import io.github.performer4j.core.feature.HyperbolicFeatures;
import io.github.performer4j.core.feature.PlainFeatures;
import io.github.performer4j.core.feature.RedrawSchedule;
import io.github.performer4j.core.feature.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Attention layers by each map against the map's plain definition, row by row; large norms in float32. */
class MapsInLayersTest {
    private static final int HEADS = 2;
    private static final int FEATURES = 48;

    private static FusedCase layer(FeatureMap map, boolean causal) {
        AttentionOptions options = AttentionOptions.defaults()
                .withHeads(HEADS)
                .withFeatures(FEATURES)
                .withFeatureMap(map)
                .withCausal(causal);
        return FusedCase.block().feedForward(null).attention(options).padded();
    }

    static Stream<Arguments> maps() {
        List<FeatureMap> maps = new ArrayList<>(List.of(
                new HyperbolicFeatures(0),
                new GerfFeatures(-0.1, 0),
                HybridFeatures.angular(1),
                HybridFeatures.angular(2),
                HybridFeatures.gaussian(1, 1),
                new ClusteredFeatures(1),
                new ClusteredFeatures(2),
                new ClusteredFeatures(3),
                new SpreadFeatures()));
        for (Estimator estimator : Estimator.values()) {
            maps.add(new DenseExponentialFeatures(estimator, 0));
        }
        for (DiscreteLaw law : DiscreteLaw.values()) {
            maps.add(DiscreteFeatures.of(law));
        }
        return maps.stream()
                .flatMap(map -> Stream.of(false, true)
                        .filter(causal -> !causal || !map.looksAhead())
                        .map(causal -> Arguments.of(map, causal)));
    }

    /** q, k and v are computed here from the layer's own parameters; the rest from φ alone, quadratic in T. */
    @ParameterizedTest(name = "{0}, causal={1}")
    @MethodSource("maps")
    void aLayerEqualsItsPlainDefinition(FeatureMap map, boolean causal) {
        FusedCase c = layer(map, causal);
        GraphRuntime runtime = c.layer(DataType.DOUBLE);
        INDArray output = c.run(runtime, DataType.DOUBLE, true).tensors().get("output");
        INDArray x = c.input(DataType.DOUBLE);
        INDArray mask = c.mask(DataType.DOUBLE);
        double[][] w = projection(c, runtime);
        INDArray attended = Nd4j.zeros(DataType.DOUBLE, c.batch(), c.tokens(), c.width());
        for (int b = 0; b < c.batch(); b++) {
            INDArray rows = Nd4j.zeros(DataType.DOUBLE, c.tokens(), c.width());
            for (int t = 0; t < c.tokens(); t++) {
                if (mask.getDouble(b, t) == 1) {
                    rows.putRow(t, x.slice(b).getRow(t));
                }
            }
            for (int h = 0; h < HEADS; h++) {
                attend(c, runtime, map, w, rows, mask.getRow(b), h, attended.slice(b), causal);
            }
        }
        INDArray flat = attended.reshape((long) c.batch() * c.tokens(), c.width());
        INDArray expected = flat.mmul(runtime.getParam("Wo")).addRowVector(runtime.getParam("bo"));
        for (int b = 0; b < c.batch(); b++) {
            for (int t = 0; t < c.tokens(); t++) {
                if (mask.getDouble(b, t) == 1) {
                    INDArray row = expected.getRow((long) b * c.tokens() + t);
                    assertThat(output.slice(b).getRow(t).distance2(row))
                            .isLessThan(1e-8 * (1 + row.norm2Number().doubleValue()));
                }
            }
        }
    }

    private static double[][] projection(FusedCase c, GraphRuntime runtime) {
        int d = c.width() / HEADS;
        var draw = new ProjectionDraw(
                c.attention().featureMap(), c.attention().projection(), FEATURES, d, new RedrawSchedule(1000), 0);
        return draw.draw(runtime.drawKey(), DataType.DOUBLE).toDoubleMatrix();
    }

    private static void attend(
            FusedCase c,
            GraphRuntime runtime,
            FeatureMap map,
            double[][] w,
            INDArray rows,
            INDArray mask,
            int head,
            INDArray out,
            boolean causal) {
        int d = c.width() / HEADS;
        double scale = map.inputScale(d, FEATURES);
        double[][] q = of(rows, runtime, "q", head, d, scale);
        double[][] k = of(rows, runtime, "k", head, d, scale);
        double[][] v = of(rows, runtime, "v", head, d, 1);
        int[] real = java.util.stream.IntStream.range(0, c.tokens())
                .filter(t -> mask.getDouble(t) == 1)
                .toArray();
        PlainFeatures phi = map.plain(w, pick(q, real), pick(k, real));
        for (int t : real) {
            double sum = 0;
            double[] total = new double[d];
            for (int j : real) {
                if (causal && j > t) {
                    continue;
                }
                double weight = phi.estimate(q[t], k[j]);
                sum += weight;
                for (int l = 0; l < d; l++) {
                    total[l] += weight * v[j][l];
                }
            }
            for (int l = 0; l < d; l++) {
                out.putScalar(t, head * d + l, total[l] / sum);
            }
        }
    }

    private static double[][] of(INDArray rows, GraphRuntime runtime, String name, int head, int d, double scale) {
        INDArray all = rows.mmul(runtime.getParam("W" + name)).addiRowVector(runtime.getParam("b" + name));
        double[][] values = all.toDoubleMatrix();
        double[][] own = new double[values.length][];
        for (int t = 0; t < own.length; t++) {
            own[t] = Arrays.copyOfRange(values[t], head * d, (head + 1) * d);
            for (int l = 0; l < d; l++) {
                own[t][l] *= scale;
            }
        }
        return own;
    }

    private static double[][] pick(double[][] rows, int[] which) {
        return Arrays.stream(which).mapToObj(t -> rows[t]).toArray(double[][]::new);
    }

    static Stream<Arguments> everyMap() {
        return FeatureMaps.names().stream()
                .map(FeatureMap::named)
                .flatMap(map -> Stream.of(false, true)
                        .filter(causal -> !causal || !map.looksAhead())
                        .map(causal -> Arguments.of(map, causal)));
    }

    /** Queries and keys of norm 60 in float32, forward and backward, on whatever runtime the map has. */
    @ParameterizedTest(name = "{0}, causal={1}")
    @MethodSource("everyMap")
    void largeNormsGiveNoNaN(FeatureMap map, boolean causal) {
        FusedCase c = layer(map, causal);
        for (String engine : new String[] {"cpu", "graph"}) {
            String before = System.setProperty("performer4j.engine", engine);
            try {
                GraphRuntime runtime = c.layer(DataType.FLOAT);
                for (String side : new String[] {"q", "k"}) {
                    runtime.getParam("b" + side).muli(0);
                    INDArray weights = runtime.getParam("W" + side);
                    weights.muli(60 * Math.sqrt(HEADS) / largest(c, weights));
                }
                c.run(runtime, DataType.FLOAT, true).tensors().forEach((name, tensor) -> {
                    if (name.equals("output") || name.equals("input")) {
                        return; // padded rows are the next test's
                    }
                    assertThat(tensor.isNaN().any() || tensor.isInfinite().any())
                            .as(engine + " " + name)
                            .isFalse();
                });
            } finally {
                if (before == null) {
                    System.clearProperty("performer4j.engine");
                } else {
                    System.setProperty("performer4j.engine", before);
                }
            }
        }
    }

    /** Memory is laid out in another way for inference, and must not matter: not to views of M2.1 that give nothing at some places either. */
    @ParameterizedTest(name = "{0}, causal={1}")
    @MethodSource("everyMap")
    void inferenceEqualsTraining(FeatureMap map, boolean causal) {
        for (int features : new int[] {20, FEATURES}) {
            AttentionOptions options = AttentionOptions.defaults()
                    .withHeads(HEADS)
                    .withFeatures(features)
                    .withFeatureMap(map)
                    .withCausal(causal);
            for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
                FusedCase c =
                        FusedCase.block().feedForward(null).attention(options).padded();
                GraphRuntime runtime = c.layer(type);
                INDArray inferred = c.run(runtime, type, false).tensors().get("output");
                INDArray trained = c.run(runtime, type, true).tensors().get("output");
                double bound = 1e-12 * (1 + trained.norm2Number().doubleValue());
                assertThat(inferred.distance2(trained))
                        .isLessThanOrEqualTo(type == DataType.DOUBLE ? bound : 1e8 * bound);
            }
        }
    }

    private static double largest(FusedCase c, INDArray weights) {
        INDArray x = c.input(DataType.FLOAT);
        INDArray mask = c.mask(DataType.FLOAT);
        double largest = 0;
        for (int b = 0; b < c.batch(); b++) {
            for (int t = 0; t < c.tokens(); t++) {
                if (mask.getDouble(b, t) == 1) {
                    INDArray row = x.slice(b).getRow(t).reshape(1, c.width()).mmul(weights);
                    largest = Math.max(largest, row.norm2Number().doubleValue());
                }
            }
        }
        return largest;
    }

    @Test
    void causalLayersRefuseStatisticsOfLaterTokens() {
        assertThatThrownBy(() -> layer(FeatureMap.named("oprf"), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "causal attention needs running or fixed statistics with this feature map, because those of the sequence see later tokens; causal=true,");
        assertThatThrownBy(() -> layer(FeatureMap.named("poisson"), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("causal attention needs a feature map without statistics, because");
        AttentionOptions poisson = AttentionOptions.defaults().withFeatureMap(FeatureMap.named("poisson"));
        assertThatThrownBy(() -> poisson.withStatistics(Statistics.RUNNING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the feature map needs statistics of the sequence; statistics=RUNNING, ");
        AttentionOptions positive = AttentionOptions.defaults().withStatistics(Statistics.RUNNING);
        assertThat(positive.keepsStatistics()).isFalse();
        assertThat(FusedCase.block()
                        .attention(positive.withHeads(HEADS))
                        .layer(DataType.FLOAT)
                        .paramTable())
                .doesNotContainKey("statistics");
    }
}
