package io.github.performer4j.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Clusters, their diagonals, and the error of estimates that the choice promises. */
class ClusteredFeaturesTest {
    private static final int D = 4;

    /** Rows around given centres, n of each. */
    private static double[][] around(long seed, double spread, int n, double[]... centres) {
        CounterRandom random = CounterRandom.of(seed);
        double[][] rows = new double[n * centres.length][D];
        for (int i = 0; i < rows.length; i++) {
            for (int l = 0; l < D; l++) {
                rows[i][l] = centres[i % centres.length][l] + spread * random.nextGaussian();
            }
        }
        return rows;
    }

    @Test
    void rowsOfOneCentreAreOneCluster() {
        double[][] queries = around(1, 0.05, 20, new double[] {1, 0, 0, 1}, new double[] {-1, 0.5, 0, 0});
        double[][] keys = around(2, 0.05, 30, new double[] {0, 1, 1, 0}, new double[] {0, -1, 0, 1});
        ClusterFrame frame = new ClusteredFeatures(2).frame(queries, keys, D);
        for (int i = 0; i < queries.length; i++) {
            assertThat(frame.queryCluster(queries[i]))
                    .isEqualTo(frame.queryCluster(queries[i % 2]))
                    .isNotEqualTo(frame.queryCluster(queries[(i + 1) % 2]));
        }
        for (int i = 0; i < keys.length; i++) {
            assertThat(frame.keyCluster(keys[i])).isEqualTo(frame.keyCluster(keys[i % 2]));
        }
        assertThat(new ClusteredFeatures(2).frame(queries, keys, D).diagonals()).isDeepEqualTo(frame.diagonals());
    }

    /** Clusters that are points: A = √|s/r| of the centroids, and opposite signs leave no error. */
    @Test
    void pointsOfOppositeSignsAreExact() {
        double[] x = {0.9, -0.3, 0.6, 0.2};
        double[] y = {-0.4, 0.8, -0.1, -0.7};
        double[] other = {0.5, 0.5, -0.9, 0.1};
        ClusteredFeatures map = new ClusteredFeatures(2);
        double[][] queries = {x, other, x};
        double[][] keys = {y, y, other};
        ClusterFrame frame = map.frame(queries, keys, D);
        double[] a = frame.diagonals()[frame.queryCluster(x) * 2 + frame.keyCluster(y)];
        for (int l = 0; l < D; l++) {
            assertThat(a[l]).isCloseTo(Math.sqrt(Math.abs(y[l] / x[l])), within(2e-3)); // but for the floor
        }
        double kernel = Math.exp(Rows.dot(x, y));
        for (int seed = 0; seed < 50; seed++) {
            double[][] w = map.draw(Projection.IID, 4, D, seed); // one draw for each pair of clusters
            assertThat(map.plain(w, queries, keys).estimate(x, y)).isCloseTo(kernel, within(0.05 * kernel));
        }
        assertThat(mse(new PositiveFeatures(0), 4, queries, keys, x, y))
                .isGreaterThan(20 * mse(map, 4, queries, keys, x, y));
    }

    /** The variance is that of positive features with m draws at Ax and A⁻¹y. */
    @Test
    void theErrorIsThatOfPositiveFeaturesInTheBlock() {
        double[][] queries = around(3, 0.1, 9, new double[] {0.3, 0.2, 0, 0.1}, new double[] {-0.4, 0, 0.2, 0.1});
        double[][] keys = around(4, 0.1, 9, new double[] {0.1, 0.1, 0.3, 0}, new double[] {0, -0.3, 0.1, 0.2});
        double[] x = queries[0];
        double[] y = keys[1];
        ClusteredFeatures map = new ClusteredFeatures(2);
        ClusterFrame frame = map.frame(queries, keys, D);
        double[] a = frame.diagonals()[frame.queryCluster(x) * 2 + frame.keyCluster(y)];
        double sum = 0;
        for (int l = 0; l < D; l++) {
            sum += Math.pow(a[l] * x[l] + y[l] / a[l], 2);
        }
        assertThat(sum).isLessThan(0.5); // so that tails are light enough for the bound below
        double kernel = Math.exp(Rows.dot(x, y));
        double draws = 3;
        double closedForm = Math.exp(sum) * kernel * kernel * (1 - Math.exp(-sum)) / draws;
        assertThat(mse(map, 12, queries, keys, x, y)).isCloseTo(closedForm, within(0.05 * closedForm));
    }

    /** Queries along two axes and keys along the same: no one frame suits a pair on different axes, so clusters win with a quarter of the draws. */
    @Test
    void clustersGainWhereDataHasThem() {
        double[][] queries =
                around(5, 0.03, 16, new double[] {1.6, 0.05, 0.05, 0.05}, new double[] {0.05, 1.6, 0.05, 0.05});
        double[][] keys =
                around(6, 0.03, 16, new double[] {-1.5, 0.05, 0.05, 0.05}, new double[] {0.05, -1.5, 0.05, 0.05});
        double clustered = 0;
        double single = 0;
        for (int i = 0; i < 4; i++) {
            double[] x = queries[i];
            double[] y = keys[i / 2];
            clustered += mse(new ClusteredFeatures(2), 16, queries, keys, x, y);
            single += mse(new DenseExponentialFeatures(Estimator.SADERF, 0), 16, queries, keys, x, y);
        }
        assertThat(clustered).isLessThan(single / 2);
    }

    private static double mse(
            FeatureMap map, int features, double[][] queries, double[][] keys, double[] x, double[] y) {
        int seeds = 20_000;
        double kernel = Math.exp(Rows.dot(x, y));
        double sum = 0;
        for (int seed = 0; seed < seeds; seed++) {
            double[][] w = map.draw(Projection.IID, features, D, seed);
            double error = map.plain(w, queries, keys).estimate(x, y) - kernel;
            sum += error * error / seeds;
        }
        return sum;
    }

    @Test
    void fewAndEqualRowsAndNone() {
        double[] x = {0.1, 0.2, 0.3, 0.4};
        ClusteredFeatures map = new ClusteredFeatures(3);
        for (double[][] queries : new double[][][] {{}, {x}, {x, x, x, x}, {new double[D]}}) {
            for (double[][] keys : new double[][][] {{}, {x, x}, {new double[D], x}}) {
                ClusterFrame frame = map.frame(queries, keys, D);
                assertThat(Arrays.stream(frame.diagonals()).flatMapToDouble(Arrays::stream))
                        .allMatch(a -> a > 0 && Double.isFinite(a));
                double[][] w = map.draw(Projection.ORTHOGONAL, 9, D, 1);
                assertThat(map.plain(w, queries, keys).estimate(x, x)).isPositive();
            }
        }
    }

    @Test
    void featuresAreRoundedDownToWholeBlocks() {
        assertThat(new ClusteredFeatures(2).columns(130, D)).isEqualTo(128);
        assertThat(new ClusteredFeatures(2).draw(Projection.IID, 130, D, 3)).hasDimensions(128, D);
        assertThatThrownBy(() -> new ClusteredFeatures(3).draws(8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "clustered features need at least a column for each pair of clusters; features=8, clusters=3");
        assertThatThrownBy(() -> new ClusteredFeatures(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("clusters must be positive; clusters=0");
    }
}
