package io.github.performer4j.core.base;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Token ids as they come in, in any numeric type and any strides.
 *
 * <p>The rule: ids are [B,T], or [B,1,T] as Deeplearning4j's sequence iterators make them, or [B,T,1] where the layer's input type says {@link RNNFormat#NWC}; each is a
 * whole number in [0, V). Padded tokens may hold anything. Everything else is refused, because read by its first two sizes it would train on nonsense.
 */
public final class TokenIds {
    /** Up to which the types with few digits hold all whole numbers. */
    private static final long WHOLE_IN_BFLOAT16 = 1 << 8;

    private static final long WHOLE_IN_FLOAT16 = 1 << 11;
    private static final long WHOLE_IN_FLOAT32 = 1 << 24;

    private TokenIds() {}

    /**
     * Returns the format of a declared input type.
     *
     * @throws IllegalArgumentException if it is that of vectors and not of ids
     */
    public static RNNFormat format(InputType type, String layer) {
        if (!(type instanceof InputType.InputTypeRecurrent recurrent)) {
            return null;
        }
        if (recurrent.getSize() != 1) {
            throw new IllegalArgumentException(
                    "token ids must be declared as InputType.recurrent(1, T), as each is one number; layer=" + layer
                            + ", input=" + type);
        }
        return recurrent.getFormat();
    }

    /**
     * Returns ids as a matrix, without a copy.
     *
     * @param ids as they came in
     * @param format of the declared input type; null if none was declared
     * @param layer its name, for the message
     * @return [B,T]
     * @throws IllegalArgumentException if they have another shape
     */
    public static INDArray matrix(INDArray ids, RNNFormat format, String layer) {
        if (ids.rank() == 2) {
            return ids;
        }
        if (ids.rank() == 3 && ids.size(1) == 1) {
            return ids.get(NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.all());
        }
        if (ids.rank() == 3 && ids.size(2) == 1 && format == RNNFormat.NWC) {
            return ids.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(0));
        }
        throw new IllegalArgumentException(
                "token ids must be [B,T] or [B,1,T], or [B,T,1] where the input type is declared as RNNFormat.NWC; layer="
                        + layer + ", declared=" + format + ", found=" + Arrays.toString(ids.shape()));
    }

    /**
     * Reads ids.
     *
     * @param ids [B,T]
     * @param mask of {@link TokenMask}, or null
     * @param vocabulary V
     * @param layer its name, for the message
     * @return [B·T], 0 in padded tokens
     * @throws IllegalArgumentException if an id that is not padding is no whole number in [0, V)
     */
    public static int[] read(INDArray ids, INDArray mask, long vocabulary, String layer) {
        double[] values = values(ids, vocabulary, layer);
        double[] real = mask == null ? null : values(mask);
        int[] out = new int[values.length];
        for (int i = 0; i < out.length; i++) {
            if (real != null && real[i] == 0) {
                continue;
            }
            out[i] = (int) values[i];
            if (out[i] != values[i] || out[i] < 0 || out[i] >= vocabulary) {
                throw new IllegalArgumentException("token ids must be whole numbers in [0, vocabulary); layer=" + layer
                        + ", vocabulary=" + vocabulary + ", found=" + number(values[i]) + " at " + place(ids, i));
            }
        }
        return out;
    }

    /**
     * Returns the values of ids or labels.
     *
     * @throws IllegalArgumentException if their type does not hold all whole numbers below V
     */
    public static double[] values(INDArray x, long vocabulary, String layer) {
        DataType type = x.dataType();
        boolean wide = type.isIntType() || vocabulary <= whole(type);
        if (!wide || !type.isNumerical() || type == DataType.BOOL) {
            throw new IllegalArgumentException(
                    "ids must come in a type that holds all whole numbers below the vocabulary; layer=" + layer
                            + ", vocabulary=" + vocabulary + ", type=" + type
                            + (wide ? "" : " (up to " + whole(type) + ")"));
        }
        return values(x);
    }

    /** Returns the values of an array of any type and strides, in row-major order. */
    public static double[] values(INDArray x) {
        return x.dup('c').data().asDouble();
    }

    private static long whole(DataType type) {
        return switch (type) {
            case BFLOAT16 -> WHOLE_IN_BFLOAT16;
            case HALF -> WHOLE_IN_FLOAT16;
            case FLOAT -> WHOLE_IN_FLOAT32;
            default -> Long.MAX_VALUE;
        };
    }

    /** Writes a number as people write ids. */
    public static String number(double value) {
        return value == (long) value ? Long.toString((long) value) : Double.toString(value);
    }

    /** Writes where in [B,T] a value stands. */
    public static String place(INDArray matrix, int index) {
        long tokens = matrix.size(1);
        return "[" + index / tokens + ", " + index % tokens + "]";
    }
}
