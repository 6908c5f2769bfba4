package io.github.performer4j.core.base;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rules that several builders check. */
public final class Checks {
    private Checks() {}

    public static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive; " + name + "=" + value);
        }
        return value;
    }

    /** Checks a net's type: in half precision sums over tokens would lose most of their digits. */
    public static void floats(DataType type, String layer) {
        if (type != DataType.FLOAT && type != DataType.DOUBLE) {
            throw new IllegalArgumentException(
                    "nets with this layer must be in float32 or float64; layer=" + layer + ", dataType=" + type);
        }
    }

    /**
     * Returns a sequence of vectors, or refuses it.
     *
     * @param width E; 0 for any
     */
    public static INDArray sequence(INDArray x, int width, String layer) {
        if (x.rank() != 3 || width > 0 && x.size(2) != width) {
            throw new IllegalArgumentException("input must be [B,T,E]" + (width > 0 ? " with E = width" : "")
                    + "; layer=" + layer + (width > 0 ? ", width=" + width : "") + ", input="
                    + Arrays.toString(x.shape()));
        }
        return x;
    }

    public static double probability(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1); " + name + "=" + value);
        }
        return value;
    }
}
