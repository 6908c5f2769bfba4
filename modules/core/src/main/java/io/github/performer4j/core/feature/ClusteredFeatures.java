package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.CounterRandom;
import io.github.performer4j.kernels.FeatureKernel;
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
public record ClusteredFeatures(int clusters) implements FeatureMap {
    /** n of {@link #defaults}: four blocks. */
    public static final int DEFAULT_CLUSTERS = 2;

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

    /**
     * Defines the features of rows.
     *
     * @param x not used
     * @param wx exponents of all blocks, those of other clusters' far below
     */
    @Override
    public Features define(SameDiff sd, SDVariable x, SDVariable wx) {
        return new Features(wx, null, null);
    }

    /** Computes φ(x) as of a query where the row itself is all queries and all keys; see {@link #plain}. */
    @Override
    public double[] apply(double[] x, double[][] w) {
        return plain(w, new double[][] {x}, new double[][] {x}).query().apply(x);
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
    public boolean looksAhead() {
        return true;
    }

    @Override
    public double epsilon() {
        return 0;
    }

    @Override
    public boolean estimatesSoftmax() {
        return true;
    }

    @Override
    public Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.of(new FeatureKernel.Positive((float) inputScale(headSize, features), 0));
    }

    /** {@inheritDoc} Never: rows are multiplied by diagonals first. */
    @Override
    public boolean learnableProjection(int features) {
        return false;
    }
}
