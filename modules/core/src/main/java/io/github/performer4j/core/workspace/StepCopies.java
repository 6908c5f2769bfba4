package io.github.performer4j.core.workspace;

import io.github.performer4j.core.state.SequenceState;
import java.util.HashMap;
import java.util.Map;

/** What the steps of a runtime make of its weights: good for one sequence, because between two the net may learn. Not thread-safe. */
public final class StepCopies {
    private final Map<Object, Object> made = new HashMap<>();
    private Object sequence; // that they were made for

    /** Returns those of a sequence, by key; empty in its first step. */
    public Map<Object, Object> of(SequenceState state) {
        if (sequence != state.sequence()) {
            forget();
            sequence = state.sequence();
        }
        return made;
    }

    /** Drops all, when the parameters are other arrays. */
    public void forget() {
        made.clear();
        sequence = null;
    }
}
