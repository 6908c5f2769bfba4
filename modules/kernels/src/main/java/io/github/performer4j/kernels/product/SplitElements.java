package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * Writes float32 values as two of bfloat16, {@code a = hi + lo + r, hi = bf16(a), lo = bf16(a − hi)}, both rounded to 8 bits, ties to even:
 * {@code |lo| ≤ 2⁻⁸|a|, |r| ≤ 2⁻¹⁷|a|}. Where hi is infinite, for |a| from 2¹²⁸(1 − 2⁻⁹) on, lo is NaN or the infinity of the other sign, so that products are NaN; NaN stays NaN.
 *
 * <p>Two implementations: {@link PlainSplitElements}, and one on the Vector API; they write the same bits.
 */
public interface SplitElements {
    /** What rounds to the nearest, but for ties and the last bit that is kept. */
    int BELOW_HALF = 0x7fff;

    /** Bits that the wider type has more. */
    int DROPPED = 16;

    /** A value that is none, as bfloat16 has it. */
    short NAN = 0x7fc0;

    /**
     * Writes rows of hi, once or twice, and of lo. Places count bfloat16 values, two in each float32 value of the block.
     *
     * @param a [m,n]
     * @param high place of the first row of hi
     * @param again place of the first row of its second copy
     * @param low place of the first row of lo
     * @param stride values from a row's place to the next
     */
    void split(Matrix a, FloatBlock out, long high, long again, long low, long stride);

    /** Returns the bits of a value rounded to bfloat16; a value that is none stays none. */
    static short rounded(float value) {
        if (Float.isNaN(value)) {
            return NAN;
        }
        int bits = Float.floatToRawIntBits(value);
        return (short) (bits + BELOW_HALF + (bits >>> DROPPED & 1) >>> DROPPED);
    }

    /** Returns the value of bits. */
    static float value(short bits) {
        return Float.intBitsToFloat(bits << DROPPED);
    }

    /** Writes one value. */
    static void split(float value, FloatBlock out, long high, long again, long low) {
        short hi = rounded(value);
        put(out, high, hi);
        put(out, again, hi);
        put(out, low, rounded(value - value(hi)));
    }

    /** Returns where a place lies in the window of its block, in bytes. */
    static int byteIndex(FloatBlock block, long place) {
        return block.byteIndex(place / 2) + (int) (place % 2) * Short.BYTES;
    }

    private static void put(FloatBlock block, long place, short bits) {
        block.bytes(place / 2).putShort(byteIndex(block, place), bits);
    }
}
