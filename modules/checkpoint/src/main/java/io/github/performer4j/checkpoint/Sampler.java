package io.github.performer4j.checkpoint;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.BitSet;

/** Draws a token by the rules of {@link Sampling}; a pure function of probabilities, rules and the random number. */
final class Sampler {
    private Sampler() {}

    /**
     * Makes tokens that were there already less probable, {@code p^θ}, in place; the largest becomes 1, so that a great θ leaves something.
     *
     * @param probabilities [V], not negative
     * @param there ids of the text so far
     * @param penalty θ; 1 changes nothing
     */
    static void penalise(double[] probabilities, BitSet there, double penalty) {
        if (penalty == 1) {
            return;
        }
        double largest = Double.NEGATIVE_INFINITY;
        for (int token = 0; token < probabilities.length; token++) {
            double log = Math.log(probabilities[token]);
            probabilities[token] = there.get(token) ? penalty * log : log;
            largest = Math.max(largest, probabilities[token]);
        }
        for (int token = 0; token < probabilities.length; token++) {
            double log = probabilities[token];
            probabilities[token] = log == Double.NEGATIVE_INFINITY ? 0 : Math.exp(log - largest);
        }
    }

    /**
     * Draws one token.
     *
     * @param probabilities [V], not negative; need not sum to 1. Tokens of probability 0 are never drawn
     * @param sampling the rules, but for the penalty
     * @param random where the uniform number comes from; one is used, whatever the rules
     * @return an index into probabilities
     * @throws IllegalStateException if no token has a positive probability
     */
    static int draw(double[] probabilities, Sampling sampling, CounterRandom random) {
        double uniform = random.nextDouble();
        int best = 0;
        for (int token = 1; token < probabilities.length; token++) {
            best = probabilities[token] > probabilities[best] ? token : best;
        }
        if (!(probabilities[best] > 0)) {
            throw new IllegalStateException("no token has a positive probability");
        }
        if (sampling.temperature() == 0) {
            return best;
        }
        double[] weight = weights(probabilities, probabilities[best], sampling);
        double total = 0;
        for (double w : weight) {
            total += w;
        }
        double target = uniform * total;
        int last = best;
        for (int token = 0; token < weight.length; token++) {
            if (weight[token] > 0) {
                target -= weight[token];
                last = token;
                if (target < 0) {
                    return token;
                }
            }
        }
        return last; // rounding left a rest
    }

    /** Returns a weight for each token, 1 for the most probable one, 0 for those that the rules cut off. */
    static double[] weights(double[] probabilities, double largest, Sampling sampling) {
        double[] weight = new double[probabilities.length];
        for (int token = 0; token < weight.length; token++) {
            double p = probabilities[token];
            // Relative to the largest, so that a small temperature underflows to 0 and never to 0/0.
            weight[token] = p > 0
                    ? sampling.temperature() == 1
                            ? p / largest
                            : Math.exp((Math.log(p) - Math.log(largest)) / sampling.temperature())
                    : 0;
        }
        if (sampling.topK() > 0 && sampling.topK() < weight.length || sampling.topP() < 1) {
            cut(weight, sampling);
        }
        for (int token = 0; token < weight.length; token++) {
            weight[token] = weight[token] < sampling.minP() ? 0 : weight[token];
        }
        return weight;
    }

    /** Leaves the topK largest weights and of these the fewest that reach topP; of equal ones those of lower ids. */
    private static void cut(double[] weight, Sampling sampling) {
        double[] ascending = weight.clone();
        Arrays.sort(ascending);
        int most = sampling.topK() == 0 ? weight.length : Math.min(sampling.topK(), weight.length);
        double total = 0;
        for (int i = 0; i < most; i++) {
            total += ascending[weight.length - 1 - i];
        }
        int kept = 0;
        double nucleus = 0;
        while (kept < most && nucleus < sampling.topP() * total) {
            nucleus += ascending[weight.length - 1 - kept++];
        }
        double smallest = ascending[weight.length - kept];
        int ties = kept;
        for (double w : weight) {
            ties -= w > smallest ? 1 : 0;
        }
        for (int token = 0; token < weight.length; token++) {
            boolean stays = weight[token] > smallest || weight[token] == smallest && ties-- > 0;
            weight[token] = stays ? weight[token] : 0;
        }
    }
}
