package io.github.performer4j.checkpoint;

import java.util.Objects;

/**
 * Where a model came from: enough to train it again.
 *
 * @param dataPath the training data as it was named on the command line
 * @param dataSha256 SHA-256 of the training data, in hexadecimal; empty if it was not computed
 * @param seed the run's seed
 * @param steps optimiser steps done
 * @param command the command or program that trained it
 * @param java the Java version that ran it
 * @param created when, ISO 8601; an argument, so that equal runs may give equal files
 */
public record Provenance(
        String dataPath, String dataSha256, long seed, long steps, String command, String java, String created) {
    /**
     * Checks the fields.
     *
     * @throws IllegalArgumentException if steps is negative
     * @throws NullPointerException if a text is null
     */
    public Provenance {
        Objects.requireNonNull(dataPath, "dataPath");
        Objects.requireNonNull(dataSha256, "dataSha256");
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(java, "java");
        Objects.requireNonNull(created, "created");
        if (steps < 0) {
            throw new IllegalArgumentException("steps must not be negative; steps=" + steps);
        }
    }

    /** Returns a provenance that claims nothing, for models made by hand. */
    public static Provenance unknown() {
        return new Provenance("", "", 0, 0, "", "", "");
    }
}
