package io.github.performer4j.core.model;

/** Rules of settings. */
final class Require {
    private Require() {}

    /** Throws where a rule is broken. */
    static void that(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}
