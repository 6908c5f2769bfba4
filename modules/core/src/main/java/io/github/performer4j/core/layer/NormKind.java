package io.github.performer4j.core.layer;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How rows are normalised. */
public enum NormKind {
    /** By mean and deviation, with a gain and a bias (arXiv 1607.06450). */
    LAYER,
    /** The same with a gain alone. */
    LAYER_GAIN,
    /** By the root mean square, with a gain (arXiv 1910.07467). */
    RMS,
    /** By the root mean square, with one gain for all columns: {@code g x/|x|}, g = √E at first (arXiv 1910.05895). */
    SCALE;

    /** Adds the norm to a program. */
    Value add(LayerProgram.Builder program, Value x, String gain, String bias, double epsilon) {
        if (this == SCALE) {
            return program.scaleNorm(x, gain, epsilon);
        }
        return program.norm(x, gain, this == LAYER ? bias : null, this == RMS, epsilon, 1);
    }

    /** Returns the name as configurations have it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Finds a kind by its key, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static NormKind named(String name) {
        for (NormKind kind : values()) {
            if (kind.key().equals(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown norm; name=" + name + ", known="
                + Arrays.stream(values()).map(NormKind::key).collect(Collectors.joining(", ")));
    }
}
