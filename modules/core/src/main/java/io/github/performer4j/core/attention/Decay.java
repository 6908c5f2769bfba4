package io.github.performer4j.core.attention;

import java.util.ArrayList;
import java.util.List;

/**
 * How attention decays with distance: key j counts {@code exp(−Σ_{j<s≤i} a_s)} in row i, and likewise in front of it in bidirectional attention; a ≥ 0 for each token and head. Weights stay
 * those of a positive-definite kernel, and linear attention stays linear.
 *
 * <p>Fixed decay is one number a_h for each head, {@code ln 2 / half-life}, as in ALiBi (arXiv 2108.12409) and retention (arXiv 2307.08621): exact attention adds {@code −a_h |i − j|} to scores, which counts padded places between, too. Selective decay is {@code a = softplus(x Wa + ba)}
 * with Wa [E,H'] = 0 at first, so that it begins as the fixed one and learns where to forget. Half-lives lie between the shortest and the longest in one ratio; the last heads do not decay.
 *
 * @param selective whether a depends on the token
 * @param shortest half-life in tokens of the first head
 * @param longest half-life in tokens of the last head that decays
 * @param free share of the heads that do not decay, in [0, 1)
 * @param alibi whether all heads decay by the slopes of ALiBi instead of half-lives
 */
public record Decay(boolean selective, double shortest, double longest, double free, boolean alibi)
        implements Weighting {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the rule and the values
     */
    public Decay {
        if (!(shortest > 0 && longest >= shortest && longest < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "half-lives must be positive and rise; decayShortest=" + shortest + ", decayLongest=" + longest);
        }
        if (!(free >= 0 && free < 1)) {
            throw new IllegalArgumentException("decayFree must be in [0, 1); decayFree=" + free);
        }
    }

    /** Decay by half-lives. */
    public Decay(boolean selective, double shortest, double longest, double free) {
        this(selective, shortest, longest, free, false);
    }

    /**
     * Returns ALiBi (arXiv 2108.12409): of H heads, a power of two, head h = 1 … H has {@code a_h = 2^(−8h/H)}; of another number the first 2^n heads have those of 2^n, and the others the first, third, … of
     * 2^(n+1).
     */
    public static Decay slopes() {
        return new Decay(false, 1, 1, 0, true);
    }

    @Override
    public void check(AttentionOptions.Kind kind, Visibility sees) {
        if (kind == AttentionOptions.Kind.AUTO || selective && kind != AttentionOptions.Kind.LINEAR) {
            throw new IllegalArgumentException("decay needs linear attention, or exact attention if it is fixed; decay="
                    + this + ", kind=" + kind);
        }
    }

    /** Returns H', how many of H heads decay: those with the first numbers, at least one. */
    public int heads(int heads) {
        return Math.max(1, heads - (int) Math.round(free * heads));
    }

    /** Returns a_h at first, for each head that decays. */
    public List<Double> rates(int heads) {
        if (alibi) {
            return slopes(heads);
        }
        int n = heads(heads);
        List<Double> rates = new ArrayList<>();
        for (int h = 0; h < n; h++) {
            double halfLife = n == 1 ? shortest : shortest * Math.pow(longest / shortest, h / (n - 1.0));
            rates.add(Math.log(2) / halfLife);
        }
        return rates;
    }

    private static List<Double> slopes(int heads) {
        int power = Integer.highestOneBit(heads);
        List<Double> all = new ArrayList<>();
        for (int h = 1; h <= power; h++) {
            all.add(Math.pow(2, -8.0 * h / power));
        }
        for (int h = 1; all.size() < heads; h += 2) {
            all.add(Math.pow(2, -4.0 * h / power));
        }
        return all;
    }

    /** Returns z with softplus(z) = a. */
    public static double inverse(double a) {
        return a > 30 ? a : Math.log(Math.expm1(a));
    }
}
