package io.github.performer4j.examples;

import io.github.performer4j.core.feature.DenseExponentialFeatures;
import io.github.performer4j.core.feature.Estimator;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.HybridFeatures;
import io.github.performer4j.core.feature.HyperbolicFeatures;
import io.github.performer4j.core.feature.PlainFeatures;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.TrigonometricFeatures;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Nadaraya–Watson means, exact and by random features: {@code f(x) = Σ_j K(x,x_j) y_j / Σ_j K(x,x_j)} with the Gaussian kernel
 * {@code K(x,y) = exp(−|x−y|²/(2σ²))} over rows (x_j, y_j).
 *
 * <p>With x and y divided by σ, {@code K(x,y) = e^{−|x|²/2} exp(x·y) e^{−|y|²/2}}, and φ(x)·φ(y) estimates the exp(x·y) in the middle. Hence
 *
 * <pre>f(x) ≈ φ(x)·S / φ(x)·z,   S = Σ_j e^{−|x_j|²/2} φ(x_j) y_jᵀ,   z = Σ_j e^{−|x_j|²/2} φ(x_j),</pre>
 *
 * where {@code e^{−|x|²/2}} of the query cancels: linear attention, with the tables' rows as keys and values. O(N·M·(D + C)) for the sums, then
 * O(M·(D + C)) for each query instead of O(N·(D + C)).
 */
final class NadarayaWatson {
    /** A denominator below this share of the terms it is made of is nothing but rounding. */
    private static final double ROUNDING = 1e-12;

    private NadarayaWatson() {}

    /**
     * Inputs and outputs of the same rows.
     *
     * @param x inputs, [N][D]
     * @param y outputs, [N][C]
     */
    record Table(double[][] x, double[][] y) {}

    /**
     * Means at the queries.
     *
     * @param values [n][C]
     * @param fallbacks queries whose denominator vanished or was negative, and that got the mean of all outputs
     */
    record Means(double[][] values, int fallbacks) {}

    /** Returns the maps that are unbiased for exp(x·y), without ε: what is added to features would not cancel. */
    static Map<String, FeatureMap> maps() {
        Map<String, FeatureMap> maps = new LinkedHashMap<>();
        maps.put("positive", new PositiveFeatures(0));
        maps.put("hyperbolic", new HyperbolicFeatures(0));
        maps.put("trigonometric", new TrigonometricFeatures());
        maps.put("hybrid", HybridFeatures.defaults());
        maps.put("oprf", new DenseExponentialFeatures(Estimator.OPRF, 0));
        maps.put("saderf", new DenseExponentialFeatures(Estimator.SADERF, 0));
        maps.put("sderf", new DenseExponentialFeatures(Estimator.SDERF, 0));
        maps.put("aderf", new DenseExponentialFeatures(Estimator.ADERF, 0));
        return maps;
    }

    /** Returns the exact means at the queries [n][D], σ the width of the kernel; O(n·N·(D + C)). */
    static Means exact(Table table, double[][] queries, double sigma) {
        double[][] values = new double[queries.length][];
        for (int i = 0; i < queries.length; i++) {
            double nearest =
                    Double.POSITIVE_INFINITY; // a common factor of numerator and denominator: nothing underflows
            double[] distances = new double[table.x().length];
            for (int j = 0; j < distances.length; j++) {
                for (int l = 0; l < queries[i].length; l++) {
                    double difference = queries[i][l] - table.x()[j][l];
                    distances[j] += difference * difference;
                }
                nearest = Math.min(nearest, distances[j]);
            }
            values[i] = new double[table.y()[0].length];
            double denominator = 0;
            for (int j = 0; j < distances.length; j++) {
                double k = Math.exp((nearest - distances[j]) / (2 * sigma * sigma));
                denominator += k;
                add(values[i], k, table.y()[j]);
            }
            scale(values[i], 1 / denominator);
        }
        return new Means(values, 0);
    }

    /**
     * Returns the means by random features.
     *
     * @param queries [n][D]
     * @param sigma width of the kernel
     * @param features M
     * @param seed of the orthogonal projection
     */
    static Means linear(Table table, double[][] queries, double sigma, FeatureMap map, int features, long seed) {
        double[][] q = scaled(queries, 1 / sigma);
        double[][] k = scaled(table.x(), 1 / sigma);
        double[][] w = map.draw(Projection.ORTHOGONAL, features, k[0].length, seed);
        PlainFeatures phi = map.plain(w, q, k);

        int outputs = table.y()[0].length;
        double[][] s = new double[features][outputs];
        double[] z = new double[features];
        double[] mean = new double[outputs];
        for (int j = 0; j < k.length; j++) {
            double[] key = phi.key().apply(k[j]);
            scale(key, Math.exp(-dot(k[j], k[j]) / 2));
            for (int m = 0; m < features; m++) {
                add(s[m], key[m], table.y()[j]);
                z[m] += key[m];
            }
            add(mean, 1.0 / k.length, table.y()[j]);
        }

        double[][] values = new double[q.length][];
        int fallbacks = 0;
        for (int i = 0; i < q.length; i++) {
            double[] query = phi.query().apply(q[i]);
            double terms = 0;
            values[i] = new double[outputs];
            for (int m = 0; m < features; m++) {
                terms += Math.abs(query[m] * z[m]);
                add(values[i], query[m], s[m]);
            }
            double denominator = dot(query, z);
            if (denominator > ROUNDING * terms) {
                scale(values[i], 1 / denominator);
            } else {
                values[i] = mean.clone();
                fallbacks++;
            }
        }
        return new Means(values, fallbacks);
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void add(double[] to, double factor, double[] row) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * row[i];
        }
    }

    private static void scale(double[] row, double factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] *= factor;
        }
    }

    private static double[][] scaled(double[][] rows, double factor) {
        double[][] result = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            result[i] = rows[i].clone();
            scale(result[i], factor);
        }
        return result;
    }
}
