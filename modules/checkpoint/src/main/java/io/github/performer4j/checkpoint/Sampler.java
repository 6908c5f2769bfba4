package io.github.performer4j.checkpoint;

import io.github.performer4j.kernels.CounterRandom;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Draws a token by the rules of {@link Sampling}; a pure function of probabilities, rules and the random number. */
final class Sampler {
    private Sampler() {}

    /**
     * Draws one token.
     *
     * @param probabilities [V], not negative; need not sum to 1. Tokens of probability 0 are never drawn
     * @param sampling the rules
     * @param random where the uniform number comes from; one is used, whatever the rules
     * @return an index into probabilities
     * @throws IllegalStateException if no token has a positive probability
     */
    static int draw(double[] probabilities, Sampling sampling, CounterRandom random) {
        double uniform = random.nextDouble();
        int[] order = IntStream.range(0, probabilities.length)
                .filter(token -> probabilities[token] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer token) -> -probabilities[token]))
                .mapToInt(Integer::intValue)
                .toArray();
        if (order.length == 0) {
            throw new IllegalStateException("no token has a positive probability");
        }
        if (sampling.temperature() == 0) {
            return order[0];
        }
        int kept = sampling.topK() == 0 ? order.length : Math.min(sampling.topK(), order.length);
        // Relative to the largest, so that a small temperature underflows to 0 and never to 0/0.
        double[] weight = new double[kept];
        double total = 0;
        for (int i = 0; i < kept; i++) {
            weight[i] = Math.exp(
                    (Math.log(probabilities[order[i]]) - Math.log(probabilities[order[0]])) / sampling.temperature());
            total += weight[i];
        }
        double nucleus = 0;
        int last = 0;
        while (last < kept && nucleus < sampling.topP() * total) {
            nucleus += weight[last++];
        }
        double target = uniform * nucleus;
        for (int i = 0; i < last; i++) {
            target -= weight[i];
            if (target < 0) {
                return order[i];
            }
        }
        return order[last - 1];
    }
}
