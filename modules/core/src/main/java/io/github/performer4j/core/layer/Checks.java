package io.github.performer4j.core.layer;

/** Rules that several builders check. */
final class Checks {
    private Checks() {}

    static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive; " + name + "=" + value);
        }
        return value;
    }

    static double probability(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1); " + name + "=" + value);
        }
        return value;
    }
}
