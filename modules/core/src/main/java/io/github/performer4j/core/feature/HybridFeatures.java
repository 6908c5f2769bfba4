package io.github.performer4j.core.feature;

import io.github.performer4j.core.feature.HybridWeight.Block;
import io.github.performer4j.core.feature.HybridWeight.Factor;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Hybrid random features of the softmax kernel: {@code λ̂ SM⁺ + (1 − λ̂) SM^trig}, positive and trigonometric estimators weighted by an estimate of a
 * {@link HybridWeight}.
 *
 * <p>Unbiased for exp(x·y), as the three are drawn independently. With the angular weight exact at θ = 0, where trigonometric features of equal rows are, and at
 * θ = π, where positive ones of opposite rows are. As features: for each term c g(x)g(y) of λ̂ a copy of b positive columns, times √|c| g(x), and for each
 * term of 1 − λ̂ a copy of b trigonometric ones; the sign of c goes to the query. M is rounded down to whole copies with an even b: a multiple of 4(n+1) for
 * the angular weight, of 2(4n+1) for the Gaussian one.
 *
 * <p>Estimates take both signs, so denominators of attention can vanish. No ε. Cost of T rows: a product of 1½b + n rows, O(T·b·D), an exponential per b, cosines and sines per ½b, and M products
 * of copies; for its columns it draws less than the other maps. Source: Hybrid Random
 * Features, arXiv 2110.04367.
 *
 * @param weight λ
 * @param directions n, of the estimate of λ
 * @param tau τ of the Gaussian weight; the angular one has none
 */
public record HybridFeatures(HybridWeight weight, int directions, double tau) implements FeatureMap {
    public HybridFeatures {
        if (weight == null || directions < 1 || !(tau > 0)) {
            throw new IllegalArgumentException("weight must be given, directions and tau positive; weight=" + weight
                    + ", directions=" + directions + ", tau=" + tau);
        }
    }

    /** Returns the map with the angular weight of 3 directions. */
    public static HybridFeatures defaults() {
        return angular(3);
    }

    /** Returns the map with the angular weight. */
    public static HybridFeatures angular(int directions) {
        return new HybridFeatures(HybridWeight.ANGULAR, directions, 1);
    }

    /** Returns the map with the Gaussian weight. */
    public static HybridFeatures gaussian(int directions, double tau) {
        return new HybridFeatures(HybridWeight.GAUSSIAN, directions, tau);
    }

    private int copies() {
        return weight.positive(directions).size()
                + weight.trigonometric(directions).size();
    }

    /** Returns b, the columns of a copy; even, because cosines come with sines. */
    private int part(int features) {
        int b = features / (2 * copies()) * 2;
        if (b == 0) {
            throw new IllegalArgumentException(
                    "hybrid features need at least 2 columns a copy; features=" + features + ", copies=" + copies());
        }
        return b;
    }

    /** {@inheritDoc} One part would have a simplex, the other orthogonal rows, and neither shows beyond the spread of what was measured. */
    @Override
    public Coupling coupling() {
        return Coupling.ANY;
    }

    @Override
    public int draws(int features) {
        int b = part(features);
        return b + b / 2 + directions;
    }

    @Override
    public int columns(int features, int headSize) {
        return part(features) * copies();
    }

    /** Draws the three parts independently: rows of φ⁺, rows of φ^trig, directions of the weight. */
    @Override
    public double[][] draw(Projection projection, int features, int headSize, long seed) {
        int b = part(features);
        double[][] w = new double[draws(features)][];
        copy(projection.draw(b, headSize, CounterRandom.mix(seed, 0)), w, 0);
        copy(projection.draw(b / 2, headSize, CounterRandom.mix(seed, 1)), w, b);
        copy(Projection.IID.draw(directions, headSize, CounterRandom.mix(seed, 2)), w, b + b / 2);
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
        return define(sd, x, wx, part(features), true);
    }

    @Override
    public Features defineKeys(SameDiff sd, SDVariable x, SDVariable wx, int features) {
        return define(sd, x, wx, part(features), false);
    }

    private Features define(SameDiff sd, SDVariable x, SDVariable wx, int b, boolean query) {
        SDVariable half = sd.sum(x.mul(x), true, 2).mul(0.5); // [BH,T,1]
        SDVariable positive = columns(sd, wx, 0, b).sub(half); // log φ⁺
        SDVariable angle = columns(sd, wx, b, b + b / 2);
        SDVariable waves =
                sd.concat(2, sd.math().cos(angle), sd.math().sin(angle)).mul(Math.sqrt(2)); // of b/2 draws
        SDVariable none = positive.mul(0); // [BH,T,b]
        List<Block> first = weight.positive(directions);
        List<Block> second = weight.trigonometric(directions);
        SDVariable[] logs = new SDVariable[copies()];
        SDVariable[] values = new SDVariable[copies()];
        for (int i = 0; i < copies(); i++) {
            boolean ofFirst = i < first.size();
            Block block = ofFirst ? first.get(i) : second.get(i - first.size());
            SDVariable factor = factor(sd, wx, b, block, none, query);
            logs[i] = ofFirst ? positive : none.add(half);
            values[i] = ofFirst ? factor : factor.mul(waves);
        }
        return new Features(sd.concat(2, logs), sd.concat(2, values), null);
    }

    private SDVariable factor(SameDiff sd, SDVariable wx, int b, Block block, SDVariable none, boolean query) {
        double root = root(block, query);
        if (block.factor() == Factor.ONE) {
            return none.add(root);
        }
        int at = b + b / 2 + block.direction();
        SDVariable t = columns(sd, wx, at, at + 1); // [BH,T,1]
        SDVariable g = switch (block.factor()) {
            case COS -> sd.math().cos(t.mul(1 / tau));
            case SIN -> sd.math().sin(t.mul(1 / tau));
            default -> sd.math().sign(t);
        };
        return none.add(g.mul(root));
    }

    private static double root(Block block, boolean query) {
        double root = Math.sqrt(Math.abs(block.coefficient()));
        return query && block.coefficient() < 0 ? -root : root;
    }

    /** Columns of an array [BH,T,n]; the masks leave the first two dimensions whole. */
    private static SDVariable columns(SameDiff sd, SDVariable x, long from, long to) {
        return sd.stridedSlice(x, new long[] {0, 0, from}, new long[] {0, 0, to}, new long[] {1, 1, 1}, 0, 3, 0, 0, 0);
    }

    @Override
    public double[] apply(double[] x, double[][] w) {
        return apply(x, w, true);
    }

    @Override
    public PlainFeatures plain(double[][] w, double[][] queries, double[][] keys) {
        return new PlainFeatures(x -> apply(x, w, true), y -> apply(y, w, false));
    }

    private double[] apply(double[] x, double[][] w, boolean query) {
        int b = (w.length - directions) * 2 / 3;
        double[] positive = new PositiveFeatures(0).apply(x, Arrays.copyOf(w, b));
        double[] waves = new TrigonometricFeatures().apply(x, Arrays.copyOfRange(w, b, b + b / 2));
        double[] phi = new double[b * copies()];
        int at = 0;
        for (Block block : weight.positive(directions)) {
            at = append(positive, factor(x, w, b, block) * root(block, query), phi, at);
        }
        for (Block block : weight.trigonometric(directions)) {
            at = append(waves, factor(x, w, b, block) * root(block, query), phi, at);
        }
        return phi;
    }

    private double factor(double[] x, double[][] w, int b, Block block) {
        double t = Rows.dot(w[b + b / 2 + block.direction()], x);
        return switch (block.factor()) {
            case ONE -> 1;
            case SIGN -> Math.signum(t);
            case COS -> Math.cos(t / tau);
            case SIN -> Math.sin(t / tau);
        };
    }

    private static int append(double[] part, double factor, double[] phi, int at) {
        for (int i = 0; i < part.length; i++) {
            phi[at + i] = factor * part[i];
        }
        return at + part.length;
    }

    @Override
    public Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.of(new FeatureKernel.Hybrid(
                (float) inputScale(headSize, features),
                part(features),
                directions,
                (float) tau,
                terms(weight.positive(directions)),
                terms(weight.trigonometric(directions))));
    }

    private static List<FeatureKernel.Hybrid.Term> terms(List<Block> blocks) {
        return blocks.stream()
                .map(block -> new FeatureKernel.Hybrid.Term(
                        (float) block.coefficient(),
                        FeatureKernel.Hybrid.Factor.valueOf(block.factor().name()),
                        block.direction()))
                .toList();
    }

    /** {@inheritDoc} Copies have b columns each. */
    @Override
    public double productScale(int features, int headSize) {
        return 1.0 / part(features);
    }

    @Override
    public boolean estimatesSoftmax() {
        return true;
    }
}
