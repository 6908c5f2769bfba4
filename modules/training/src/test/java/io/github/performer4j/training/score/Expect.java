package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;

/** What tests of figures expect alike. */
final class Expect {
    /** For sums of some hundred float64 values around 1. */
    static final double TOLERANCE = 1e-12;

    private Expect() {}

    /** The same names, the same values up to rounding. */
    static void close(Map<String, Double> found, Map<String, Double> expected) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, value) -> assertThat(found.get(name)).as(name).isCloseTo(value, within(TOLERANCE)));
    }

    /** No figure is defined. */
    static void undefined(int figures, Map<String, Double> found) {
        assertThat(found)
                .hasSize(figures)
                .allSatisfy((name, value) -> assertThat(value).isNull());
    }

    static void refused(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    /** Returns {@code [C]} probabilities: 1 for the class, 0 for the others. */
    static float[] certain(int classes, int predicted) {
        float[] probabilities = new float[classes];
        probabilities[predicted] = 1;
        return probabilities;
    }
}
