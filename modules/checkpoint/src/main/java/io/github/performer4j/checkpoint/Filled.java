package io.github.performer4j.checkpoint;

import java.util.List;

/**
 * What a masked model predicts for one masked token.
 *
 * @param position index of the token in the sequence, from 0
 * @param guesses the most probable tokens, best first
 */
public record Filled(int position, List<Guess> guesses) {
    /** Copies the list. */
    public Filled {
        guesses = List.copyOf(guesses);
    }

    /**
     * One token and how probable the model holds it.
     *
     * @param token the token as text
     * @param probability in [0, 1], over the model's whole vocabulary
     */
    public record Guess(String token, double probability) {}
}
