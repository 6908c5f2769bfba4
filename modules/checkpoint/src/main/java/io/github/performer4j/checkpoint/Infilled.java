package io.github.performer4j.checkpoint;

import java.util.List;

/**
 * A text whose masked tokens were filled.
 *
 * @param text all of it
 * @param steps what was filled, in the order in which it was
 * @param logProbability {@code Σ log p} of the tokens that were filled, each where it was chosen: with one token at a time the logarithm of their joint probability, as the model holds it in this order
 */
public record Infilled(String text, List<Step> steps, double logProbability) {
    /** Copies the list. */
    public Infilled {
        steps = List.copyOf(steps);
    }

    /**
     * A token that was filled.
     *
     * @param position index of the token in the sequence, from 0
     * @param token the token as text
     * @param probability that the model gave it then, in [0, 1], over its whole vocabulary
     */
    public record Step(int position, String token, double probability) {}
}
