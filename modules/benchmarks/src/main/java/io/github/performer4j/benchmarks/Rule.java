package io.github.performer4j.benchmarks;

/** Checks of arguments, each with one line that names rule and value. */
final class Rule {
    private Rule() {}

    static void that(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    static void positive(String name, int value) {
        that(value >= 1, name + " must be positive; " + name + "=" + value);
    }
}
