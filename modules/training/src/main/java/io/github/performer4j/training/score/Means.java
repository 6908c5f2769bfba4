package io.github.performer4j.training.score;

import java.util.Collection;
import java.util.Objects;

/** Means over classes or dimensions of which some have no value. */
final class Means {
    private Means() {}

    /** Returns the mean of the values that are not null, in order; null if there is none. */
    static Double ofDefined(Collection<Double> values) {
        double sum = 0;
        int defined = 0;
        for (Double value : values) {
            if (Objects.nonNull(value)) {
                sum += value;
                defined++;
            }
        }
        return defined > 0 ? (Double) (sum / defined) : null;
    }

    /** Returns the mean; null if there are no values. */
    static Double of(float... values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return values.length > 0 ? (Double) (sum / values.length) : null;
    }
}
