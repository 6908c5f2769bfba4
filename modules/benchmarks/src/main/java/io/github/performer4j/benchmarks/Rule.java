package io.github.performer4j.benchmarks;

import java.util.Collection;

/** Checks of arguments, each with one line that names rule and value. */
final class Rule {
    private Rule() {}

    static void that(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    static <T> Collection<T> some(String name, Collection<T> values) {
        that(!values.isEmpty(), "there must be one at least; " + name + "=" + values);
        return values;
    }

    static int positive(String name, int value) {
        that(value >= 1, name + " must be positive; " + name + "=" + value);
        return value;
    }
}
