package io.github.performer4j.core.program;

import java.util.Arrays;
import java.util.List;

/**
 * A parameter that a program reads.
 *
 * @param name as in the layer's table of parameters; of a second attention in one layer with its scope in front, "cross.Wq"
 * @param kind what it is to initialisation, decay and updaters
 * @param shape its shape; zeros as long as the layer's width is not known
 * @param trained whether it is trained; one that is not has no gradient, does not decay and stays as it is
 */
public record Parameter(String name, Kind kind, List<Long> shape, boolean trained) {

    /** What a parameter is. */
    public enum Kind {
        /** Begun by the layer's scheme, decayed. */
        WEIGHT,
        /** Begun at {@code biasInit}, not decayed. */
        BIAS,
        /** Vectors of reflections, whose lengths change nothing: begun by the layer's scheme, not decayed. */
        REFLECTIONS,
        /** Of an update that begins as none: begun at 0, decayed. */
        ZERO_WEIGHT,
        /** Of a norm: begun at {@code gainInit}, not decayed. */
        GAIN,
        /** A logarithm or another quantity that begins at 0, not decayed. */
        ZERO,
        /** A learned projection of random features: begun by a draw of the feature map, not decayed. */
        PROJECTION,
        /** State that forward passes move; nothing trains it. */
        STATE
    }

    /** A parameter of one or two dimensions. */
    static Parameter of(String name, Kind kind, long... shape) {
        return new Parameter(name, kind, Arrays.stream(shape).boxed().toList(), true);
    }

    /** Returns whether decay shrinks it. */
    public boolean weight() {
        return kind == Kind.WEIGHT || kind == Kind.ZERO_WEIGHT;
    }

    /** Returns this parameter, trained or not. */
    Parameter trained(boolean value) {
        return new Parameter(name, kind, shape, value);
    }
}
