package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.attention.ClusterFrames;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.Frames;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Hybrid random features for data in clusters: positive features in diagonal coordinates of their own for each pair of a query's and a key's cluster.
 *
 * <p>{@code exp(x·y) = exp((Ax)·(A⁻¹y))} for any diagonal A. With clusters i of queries and j of keys, and block b = (i,j) of m = M/n² columns,
 *
 * <p>{@code φ_br(x) = [x ∈ i] m^{-½} exp(w_br·A_ij x − |A_ij x|²/2)}, keys {@code [y ∈ j] m^{-½} exp(w_br·A_ij⁻¹y − |A_ij⁻¹y|²/2)},
 *
 * <p>so that a query and a key meet in the one block of their clusters, and the estimate is unbiased for exp(x·y) whatever the clusters are. The mean squared error of positive features grows
 * with {@code e^{|Ax + A⁻¹y|²}}; {@code A_ij,ll = (mean_j y_l² / mean_i x_l²)^¼} makes the mean of the exponent smallest, and it is {@code √|s_j,l / r_i,l|} of the centroids where clusters are points: then
 * {@code x_l y_l ≤ 0} in all coordinates leaves no error at all. Each pair has M/n² draws where {@link PositiveFeatures} have M, which is what clusters must make up for.
 *
 * <p>Clusters come from k-means over at most 256 unpadded rows, evenly spaced, of each batch item and head, without gradient; causal layers refuse the map. Positive, no ε. Cost beside FAVOR+: k-means on a sample, clusters
 * O(T·n·D), coordinates O(T·n²·D). Source: Hybrid Random Features, arXiv 2110.04367, section 2.4.
 *
 * @param clusters n ≥ 1, of queries and of keys
 */
public record ClusteredFeatures(int clusters) implements FittedFeatures {
    /** n of {@link #defaults}: four blocks. */
    public static final int DEFAULT_CLUSTERS = 2;

    /** How far below the exponents of other clusters' blocks lie: no exponential survives it. */
    private static final double FAR = 1e30;

    public ClusteredFeatures {
        if (clusters < 1) {
            throw new IllegalArgumentException("clusters must be positive; clusters=" + clusters);
        }
    }

    /** Returns the map with {@value #DEFAULT_CLUSTERS} clusters of queries and of keys. */
    public static ClusteredFeatures defaults() {
        return new ClusteredFeatures(DEFAULT_CLUSTERS);
    }

    /** Returns n², the number of pairs of clusters. */
    public int blocks() {
        return clusters * clusters;
    }

    @Override
    public Coupling coupling() {
        return Coupling.EXPONENTIAL;
    }

    /** {@inheritDoc} M is rounded down to a multiple of n². */
    @Override
    public int draws(int features) {
        int each = features / blocks();
        if (each == 0) {
            throw new IllegalArgumentException(
                    "clustered features need at least a column for each pair of clusters; features=" + features
                            + ", clusters=" + clusters);
        }
        return each * blocks();
    }

    @Override
    public int columns(int features, int headSize) {
        return draws(features);
    }

    /** Draws the rows of each block independently of the others'. */
    @Override
    public double[][] draw(Projection projection, int features, int headSize, long seed) {
        int each = draws(features) / blocks();
        double[][] w = new double[draws(features)][];
        for (int b = 0; b < blocks(); b++) {
            System.arraycopy(projection.draw(each, headSize, CounterRandom.mix(seed, b)), 0, w, b * each, each);
        }
        return w;
    }

    /**
     * Chooses clusters and diagonals.
     *
     * @param queries scaled queries, padding left out, [T][D]
     * @param keys scaled keys
     * @param size D
     */
    public ClusterFrame frame(double[][] queries, double[][] keys, int size) {
        return ClusterFrame.of(clusters, queries, keys, size);
    }

    @Override
    public Sight sight() {
        return Sight.ROWS;
    }

    /** {@inheritDoc} The diagonals A of all blocks; keys take 1/A. */
    @Override
    public List<int[]> parts(int columns, int headSize) {
        return List.of(new int[] {blocks(), headSize});
    }

    /** {@inheritDoc} A row's is its cluster. */
    @Override
    public boolean marks() {
        return true;
    }

    @Override
    public Choice choose(Seen queries, Seen keys, double[][] w) {
        ClusterFrame frame = frame(queries.rows(), keys.rows(), w[0].length);
        return new Choice(List.of(Rows.flat(frame.diagonals())), frame::queryCluster, frame::keyCluster);
    }

    /** {@inheritDoc} The exponents of all blocks, those of other clusters' far below. */
    @Override
    public Features define(FittedRows rows) {
        SameDiff sd = rows.sd();
        long n = rows.batchHeads();
        int d = rows.headSize();
        SDVariable diagonals =
                rows.queries() ? rows.parts().get(0) : rows.parts().get(0).rdiv(1);
        SDVariable[] logs = new SDVariable[blocks()];
        long each = rows.columns() / logs.length;
        for (int b = 0; b < logs.length; b++) {
            SDVariable a = sd.stridedSlice(diagonals, new long[] {0, b, 0}, new long[] {n, b + 1L, d}, 1, 1, 1);
            SDVariable y = rows.x().mul(a);
            SDVariable w = sd.stridedSlice(rows.w(), new long[] {b * each, 0}, new long[] {(b + 1) * each, d}, 1, 1);
            SDVariable wy = sd.mmul(y.reshape(n * rows.tokens(), d), w, false, true, false)
                    .reshape(n, rows.tokens(), each);
            SDVariable log = wy.sub(sd.sum(y.mul(y), true, 2).mul(0.5));
            int owner = rows.queries() ? b / clusters : b % clusters;
            SDVariable inside =
                    sd.nn().relu(sd.math().abs(rows.marks().sub(owner)).rsub(1), 0); // 1 or 0, [BH,T,1]
            logs[b] = log.mul(inside).add(inside.sub(1).mul(FAR));
        }
        return new Features(sd.concat(2, logs), null, null);
    }

    @Override
    public Frames frames(Memory memory, int columns, int headSize) {
        return new ClusterFrames(
                memory.frames(), memory.queryMarks(), memory.keyMarks(), columns, headSize, clusters, clusters);
    }

    @Override
    public PlainFeatures plain(double[][] w, double[][] queries, double[][] keys) {
        ClusterFrame frame = frame(queries, keys, w[0].length);
        return new PlainFeatures(
                x -> features(x, w, frame, frame.queryCluster(x), true),
                y -> features(y, w, frame, frame.keyCluster(y), false));
    }

    private double[] features(double[] x, double[][] w, ClusterFrame frame, int cluster, boolean query) {
        int each = w.length / blocks();
        double[] phi = new double[w.length];
        for (int other = 0; other < clusters; other++) {
            int block = query ? cluster * clusters + other : other * clusters + cluster;
            double[] y = new double[x.length];
            for (int l = 0; l < y.length; l++) {
                double a = frame.diagonals()[block][l];
                y[l] = query ? a * x[l] : x[l] / a;
            }
            double half = Rows.dot(y, y) / 2;
            for (int r = block * each; r < (block + 1) * each; r++) {
                phi[r] = Math.exp(Rows.dot(w[r], y) - half) / Math.sqrt(each);
            }
        }
        return phi;
    }

    @Override
    public Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.of(new FeatureKernel.Positive((float) inputScale(headSize, features), 0));
    }
}
