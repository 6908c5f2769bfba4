package io.github.performer4j.data.split;

import java.util.BitSet;
import java.util.List;

/**
 * The held-out side of a split of examples.
 *
 * @param places the places of the examples that are held out, from 0; all others are for training
 * @param notes what a user should know of it, a line each
 */
public record HeldOut(BitSet places, List<String> notes) {
    /** Keeps its own copy of the notes. */
    public HeldOut {
        notes = List.copyOf(notes);
    }

    /** Checks what every split is asked for. */
    static void require(int examples, double share) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("the share that is held out must be in (0, 1); share=" + share);
        }
        if (examples < 2) {
            throw new IllegalArgumentException("a split needs two examples; examples=" + examples);
        }
    }

    /** Checks that every example has a key. */
    static void requireAll(String what, String... keys) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] == null) {
                throw new IllegalArgumentException(
                        "every example must have a " + what + "; place=" + i + ", " + what + "=null");
            }
        }
    }
}
