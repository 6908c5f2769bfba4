package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.CounterRandom;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Angular hybrid random features of the softmax kernel: {@code λ̂ SM⁺ + (1 − λ̂) SM^trig}, positive and trigonometric estimators weighted by an estimate of
 * λ = θ(x,y)/π from the signs of n random directions, {@code λ̂ = ½(1 − (1/n) Σ_j sgn(t_j·x) sgn(t_j·y))}.
 *
 * <p>With independent draws for the three parts, unbiased for exp(x·y); exact in the limit at θ = 0, where trigonometric features are, and accurate at θ = π,
 * where positive ones are. As features, with b = M/(2(n+1)) columns for each part:
 *
 * <ul>
 *   <li>{@code √½ φ⁺(x)} and, for each j, {@code ∓√(1/2n) sgn(t_j·x) φ⁺(x)}: minus for queries, plus for keys;
 *   <li>{@code √½ φ^trig(x)} and, for each j, {@code √(1/2n) sgn(t_j·x) φ^trig(x)}.
 * </ul>
 *
 * Estimates take both signs, so denominators of attention can vanish. No ε. Runs as a graph only; a layer's log says so. Source: Hybrid Random
 * Features, arXiv 2110.04367.
 *
 * @param signs n; M must be a multiple of 4(n+1)
 */
public record HybridFeatures(int signs) implements FeatureMap {
    public HybridFeatures {
        if (signs < 1) {
            throw new IllegalArgumentException("signs must be positive; signs=" + signs);
        }
    }

    /** Returns the map with n = 3. */
    public static HybridFeatures defaults() {
        return new HybridFeatures(3);
    }

    /** Returns b, the columns of each part. */
    private int part(int features) {
        int unit = 4 * (signs + 1);
        if (features % unit != 0) {
            throw new IllegalArgumentException(
                    "features must be a multiple of 4(signs + 1); features=" + features + ", signs=" + signs);
        }
        return features / (2 * (signs + 1));
    }

    @Override
    public int draws(int features) {
        int b = part(features);
        return b + b / 2 + signs;
    }

    /** Draws the three parts independently: rows of φ⁺, rows of φ^trig, directions of signs. */
    @Override
    public double[][] draw(Projection projection, int features, int headSize, long seed) {
        int b = part(features);
        double[][] w = new double[draws(features)][];
        copy(projection.draw(b, headSize, CounterRandom.mix(seed, 0)), w, 0);
        copy(projection.draw(b / 2, headSize, CounterRandom.mix(seed, 1)), w, b);
        copy(Projection.IID.draw(signs, headSize, CounterRandom.mix(seed, 2)), w, b + b / 2);
        return w;
    }

    private static void copy(double[][] rows, double[][] w, int at) {
        System.arraycopy(rows, 0, w, at, rows.length);
    }

    @Override
    public Features define(SameDiff sd, SDVariable x, SDVariable wx) {
        throw new IllegalStateException("hybrid features differ for queries and keys: defineQueries, defineKeys");
    }

    @Override
    public Features defineQueries(SameDiff sd, SDVariable x, SDVariable wx, int features) {
        return define(sd, x, wx, features, -1);
    }

    @Override
    public Features defineKeys(SameDiff sd, SDVariable x, SDVariable wx, int features) {
        return define(sd, x, wx, features, 1);
    }

    private Features define(SameDiff sd, SDVariable x, SDVariable wx, int features, int side) {
        int b = part(features);
        SDVariable half = sd.sum(x.mul(x), true, 2).mul(0.5); // [BH,T,1]
        SDVariable positive = columns(sd, wx, 0, b).sub(half); // log φ⁺
        SDVariable angle = columns(sd, wx, b, b + b / 2);
        SDVariable waves =
                sd.concat(2, sd.math().cos(angle), sd.math().sin(angle)).mul(Math.sqrt(2)); // of b/2 draws
        SDVariable none = positive.mul(0);
        SDVariable[] logs = new SDVariable[2 * (signs + 1)];
        SDVariable[] values = new SDVariable[logs.length];
        for (int j = 0; j <= signs; j++) {
            SDVariable factor = j == 0
                    ? none.add(Math.sqrt(0.5))
                    : none.add(sd.math()
                            .sign(columns(sd, wx, b + b / 2 + j - 1, b + b / 2 + j))
                            .mul(Math.sqrt(0.5 / signs))); // [BH,T,b]
            logs[j] = positive;
            values[j] = j == 0 ? factor : factor.mul(side);
            logs[signs + 1 + j] = none.add(half);
            values[signs + 1 + j] = factor.mul(waves);
        }
        return new Features(sd.concat(2, logs), sd.concat(2, values), null);
    }

    /** Columns of an array [BH,T,n]; the masks leave the first two dimensions whole. */
    private static SDVariable columns(SameDiff sd, SDVariable x, long from, long to) {
        return sd.stridedSlice(x, new long[] {0, 0, from}, new long[] {0, 0, to}, new long[] {1, 1, 1}, 0, 3, 0, 0, 0);
    }

    @Override
    public double[] apply(double[] x, double[][] w) {
        return apply(x, w, -1);
    }

    @Override
    public PlainFeatures plain(double[][] w, double[][] queries, double[][] keys) {
        return new PlainFeatures(x -> apply(x, w, -1), y -> apply(y, w, 1));
    }

    private double[] apply(double[] x, double[][] w, int side) {
        int b = (w.length - signs) * 2 / 3;
        double[] positive = new PositiveFeatures(0).apply(x, java.util.Arrays.copyOf(w, b));
        double[] waves = new TrigonometricFeatures().apply(x, java.util.Arrays.copyOfRange(w, b, b + b / 2));
        double[] phi = new double[2 * b * (signs + 1)];
        for (int j = 0; j <= signs; j++) {
            double sign = j == 0 ? 1 : Math.signum(Rows.dot(w[b + b / 2 + j - 1], x));
            double factor = Math.sqrt(j == 0 ? 0.5 : 0.5 / signs) * sign;
            for (int i = 0; i < b; i++) {
                phi[j * b + i] = factor * (j == 0 ? 1 : side) * positive[i];
                phi[(signs + 1 + j) * b + i] = factor * waves[i];
            }
        }
        return phi;
    }

    @Override
    public double epsilon() {
        return 0;
    }

    @Override
    public boolean estimatesSoftmax() {
        return true;
    }
}
