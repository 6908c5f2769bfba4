package io.github.performer4j.core.sides;

import io.github.performer4j.core.layer.SidesVertex;
import io.github.performer4j.core.samediff.Arena;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How two sequences lie in one array [1,N]: x [B,Tq,E], memory [B,Tk,Em], the memory's mask [B,Tk] if there is one, and then six numbers that say so. Deeplearning4j's layers have one
 * input; this is how a second one goes in.
 *
 * @param batch B
 * @param tokens Tq
 * @param width E
 * @param memoryTokens Tk
 * @param memoryWidth Em
 * @param masked whether the memory has a mask
 */
record PackedSides(int batch, int tokens, int width, int memoryTokens, int memoryWidth, boolean masked) {
    private static final int NUMBERS = 6;

    /**
     * Checks sizes.
     *
     * @throws IllegalArgumentException if one is not positive, or float32 does not hold it exactly
     */
    PackedSides {
        for (int n : new int[] {batch, tokens, width, memoryTokens, memoryWidth}) {
            if (n < 1 || n > 1 << 24) {
                throw new IllegalArgumentException("sizes must be from 1 to 2^24; batch=" + batch + ", tokens=" + tokens
                        + ", width=" + width + ", memoryTokens=" + memoryTokens + ", memoryWidth=" + memoryWidth);
            }
        }
    }

    /**
     * Returns how two sequences will lie.
     *
     * @param x [B,Tq,E]
     * @param memory [B,Tk,Em]
     * @throws IllegalArgumentException if they are of other batches
     */
    static PackedSides of(INDArray x, INDArray memory, boolean masked, String vertex) {
        if (x.size(0) != memory.size(0)) {
            throw new IllegalArgumentException("both inputs must be of one batch; layer=" + vertex + ", first="
                    + Arrays.toString(x.shape()) + ", second=" + Arrays.toString(memory.shape()));
        }
        return new PackedSides(
                Math.toIntExact(x.size(0)),
                Math.toIntExact(x.size(1)),
                Math.toIntExact(x.size(2)),
                Math.toIntExact(memory.size(1)),
                Math.toIntExact(memory.size(2)),
                masked);
    }

    /**
     * Reads how two sequences lie in an array.
     *
     * @throws IllegalArgumentException if the array is none that a {@link SidesVertex} made, or its widths are not these
     */
    static PackedSides read(INDArray packed, int width, int memoryWidth, String layer) {
        long n = packed.length();
        PackedSides found = packed.rank() == 2 && packed.size(0) == 1 && n > NUMBERS ? numbers(packed, n) : null;
        if (found == null || found.width != width || found.memoryWidth != memoryWidth) {
            throw new IllegalArgumentException(
                    "input must be a SidesVertex of x [B,Tq,E] and memory [B,Tk,Em] with E = width and Em = memoryWidth; layer="
                            + layer + ", width=" + width + ", memoryWidth=" + memoryWidth + ", input="
                            + (found == null ? Arrays.toString(packed.shape()) : found));
        }
        return found;
    }

    private static PackedSides numbers(INDArray packed, long n) {
        int[] v = new int[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            double value = packed.getDouble(0, n - NUMBERS + i);
            if (value != (int) value || value < (i < NUMBERS - 1 ? 1 : 0) || value > 1 << 24) {
                return null;
            }
            v[i] = (int) value;
        }
        PackedSides found = new PackedSides(v[0], v[1], v[2], v[3], v[4], v[5] != 0);
        return found.length() == n ? found : null;
    }

    /** Returns N. */
    long length() {
        return maskAt() + Arena.aligned(masked ? (long) batch * memoryTokens : 0) + NUMBERS;
    }

    private long memoryAt() {
        return Arena.aligned((long) batch * tokens * width);
    }

    private long maskAt() {
        return memoryAt() + Arena.aligned((long) batch * memoryTokens * memoryWidth);
    }

    /** Writes the numbers. */
    void mark(INDArray packed) {
        int[] v = {batch, tokens, width, memoryTokens, memoryWidth, masked ? 1 : 0};
        for (int i = 0; i < NUMBERS; i++) {
            packed.putScalar(new long[] {0, length() - NUMBERS + i}, v[i]);
        }
    }

    /** Returns x, [B,Tq,E], where it lies. */
    INDArray x(INDArray packed) {
        return view(packed, 0, batch, tokens, width);
    }

    /** Returns memory, [B,Tk,Em], where it lies. */
    INDArray memory(INDArray packed) {
        return view(packed, memoryAt(), batch, memoryTokens, memoryWidth);
    }

    /** Returns the memory's mask, [B,Tk], where it lies; null if there is none. */
    INDArray mask(INDArray packed) {
        return masked ? view(packed, maskAt(), batch, memoryTokens) : null;
    }

    private static INDArray view(INDArray packed, long at, long... shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        DataType type = packed.dataType();
        return Nd4j.create(packed.data(), shape, strides, packed.offset() + at, 'c', type);
    }
}
