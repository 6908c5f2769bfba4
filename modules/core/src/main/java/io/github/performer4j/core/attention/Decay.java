package io.github.performer4j.core.attention;

import java.util.ArrayList;
import java.util.List;

/**
 * How attention decays with distance: key j counts {@code exp(−Σ_{j<s≤i} a_s)} in row i, and likewise in front of it in bidirectional attention; a ≥ 0 for each token and head. Weights stay
 * those of a positive-definite kernel, and linear attention stays linear.
 *
 * <p>Fixed decay is one number a_h for each head, {@code ln 2 / half-life}, as in ALiBi (arXiv 2108.12409) and retention (arXiv 2307.08621). Selective decay is {@code a = softplus(x Wa + ba)}
 * with Wa [E,H'] = 0 at first, so that it begins as the fixed one and learns where to forget. Half-lives lie between the shortest and the longest in one ratio; the last heads do not decay.
 *
 * @param selective whether a depends on the token
 * @param shortest half-life in tokens of the first head
 * @param longest half-life in tokens of the last head that decays
 * @param free share of the heads that do not decay, in [0, 1)
 */
public record Decay(boolean selective, double shortest, double longest, double free) implements Weighting {

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

    @Override
    public void check(AttentionOptions.Kind kind, Visibility sees) {
        if (kind != AttentionOptions.Kind.LINEAR) {
            throw new IllegalArgumentException("decay needs linear attention; decay=" + this + ", kind=" + kind);
        }
    }

    /** Returns H', how many of H heads decay: those with the first numbers, at least one. */
    public int heads(int heads) {
        return Math.max(1, heads - (int) Math.round(free * heads));
    }

    /** Returns a_h at first, for each head that decays. */
    public List<Double> rates(int heads) {
        int n = heads(heads);
        List<Double> rates = new ArrayList<>();
        for (int h = 0; h < n; h++) {
            double halfLife = n == 1 ? shortest : shortest * Math.pow(longest / shortest, h / (n - 1.0));
            rates.add(Math.log(2) / halfLife);
        }
        return rates;
    }

    /** Returns z with softplus(z) = a. */
    public static double inverse(double a) {
        return a > 30 ? a : Math.log(Math.expm1(a));
    }
}
