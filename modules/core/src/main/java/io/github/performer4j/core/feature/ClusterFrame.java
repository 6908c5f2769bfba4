package io.github.performer4j.core.feature;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.ml.clustering.CentroidCluster;
import org.apache.commons.math3.ml.clustering.DoublePoint;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.EuclideanDistance;
import org.apache.commons.math3.random.Well19937c;

/**
 * What {@link ClusteredFeatures} choose for the queries and keys of a batch item and head: clusters of either, and a diagonal A for each pair of them.
 *
 * @param queryCentroids r_i, [≤ n][D]
 * @param keyCentroids s_j, [≤ n][D]
 * @param diagonals A of block b = i·n + j, [n²][D], positive
 */
public record ClusterFrame(double[][] queryCentroids, double[][] keyCentroids, double[][] diagonals) {
    private static final int ITERATIONS = 10;
    /** Most rows that k-means looks at, evenly spaced: so its cost does not grow with the sequence. */
    private static final int SAMPLES = 256;
    /** Added to mean squares, relative to their mean, as in {@link Estimator}. */
    private static final double FLOOR = 1e-4;

    /**
     * Clusters rows and chooses diagonals.
     *
     * @param clusters n, of queries and of keys
     * @param queries scaled queries, padding left out, [T][D]
     * @param keys scaled keys
     * @param size D
     */
    static ClusterFrame of(int clusters, double[][] queries, double[][] keys, int size) {
        double[][] first = centroids(clusters, queries);
        double[][] second = centroids(clusters, keys);
        double[][] x = meanSquares(queries, first, size);
        double[][] y = meanSquares(keys, second, size);
        double[][] diagonals = new double[clusters * clusters][size];
        for (int b = 0; b < diagonals.length; b++) {
            int i = b / clusters;
            int j = b % clusters;
            for (int l = 0; l < size; l++) {
                double root = i < x.length && j < y.length ? Math.pow(y[j][l] / x[i][l], 0.25) : 1;
                diagonals[b][l] = root > 0 && root < Double.POSITIVE_INFINITY ? root : 1;
            }
        }
        return new ClusterFrame(first, second, diagonals);
    }

    /** Returns the centroids of k-means over some of the rows, begun by k-means++ from a seed of its own: a function of the rows alone. */
    private static double[][] centroids(int clusters, double[][] rows) {
        int n = Math.min(clusters, rows.length);
        if (n == 0) {
            return new double[0][];
        }
        int samples = Math.min(rows.length, SAMPLES);
        List<DoublePoint> points = IntStream.range(0, samples)
                .mapToObj(i -> new DoublePoint(rows[(int) ((long) i * rows.length / samples)]))
                .toList();
        List<CentroidCluster<DoublePoint>> found = new KMeansPlusPlusClusterer<DoublePoint>(
                        n, ITERATIONS, new EuclideanDistance(), new Well19937c(0))
                .cluster(points);
        return found.stream().map(c -> c.getCenter().getPoint()).toArray(double[][]::new);
    }

    /** Returns mean(x_l²) over each cluster, with a floor. */
    private static double[][] meanSquares(double[][] rows, double[][] centroids, int size) {
        double[][] squares = new double[centroids.length][size];
        int[] count = new int[centroids.length];
        for (double[] row : rows) {
            int cluster = nearest(row, centroids);
            count[cluster]++;
            for (int l = 0; l < size; l++) {
                squares[cluster][l] += row[l] * row[l];
            }
        }
        for (int i = 0; i < squares.length; i++) {
            double floor = FLOOR * Arrays.stream(squares[i]).sum() / size;
            for (int l = 0; l < size; l++) {
                squares[i][l] = count[i] == 0 ? 1 : (squares[i][l] + floor) / count[i];
            }
        }
        return squares;
    }

    /** Returns the number of a query's cluster. */
    public int queryCluster(double[] x) {
        return nearest(x, queryCentroids);
    }

    /** Returns the number of a key's cluster. */
    public int keyCluster(double[] y) {
        return nearest(y, keyCentroids);
    }

    private static int nearest(double[] row, double[][] centroids) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < centroids.length; i++) {
            double distance = 0;
            for (int l = 0; l < row.length; l++) {
                distance += (row[l] - centroids[i][l]) * (row[l] - centroids[i][l]);
            }
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }
}
