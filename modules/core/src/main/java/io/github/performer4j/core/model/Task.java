package io.github.performer4j.core.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;

/** What a model predicts. */
public enum Task {
    /** Masked tokens, from both sides. */
    MASKED_LM,
    /** The next token, from the left. */
    CAUSAL_LM,
    /** One of several classes for a whole sequence. */
    CLASSIFICATION,
    /** A number for a whole sequence. */
    REGRESSION;

    /**
     * Finds a constant by name.
     *
     * @param name in any case, with '-' or '_'
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    @JsonCreator
    public static Task named(String name) {
        for (Task value : values()) {
            if (value.name().equalsIgnoreCase(name.replace('-', '_'))) {
                return value;
            }
        }
        throw new IllegalArgumentException("unknown task; task=" + name + ", known=" + Arrays.toString(values()));
    }
}
