package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.Matrix;
import java.nio.ByteBuffer;

/**
 * Inverted dropout by counter: each value's fate is a function of the stream's state and the value's place, so that the same values are
 * dropped forward and backward, and whatever the number of threads.
 */
public final class Dropout {
    private static final double TWO_32 = 0x1.0p32;

    private Dropout() {}

    /**
     * Drops in place, see {@link LayerElements#dropout}.
     *
     * @throws IllegalArgumentException if p is not in [0, 1) or firstRow is negative
     */
    public static void apply(Matrix x, long firstRow, double p, long state) {
        LayerShapes.given("x", x);
        if (!(p >= 0 && p < 1) || firstRow < 0) {
            throw new IllegalArgumentException(
                    "p must be in [0, 1) and firstRow not negative; p=" + p + ", firstRow=" + firstRow);
        }
        if (p == 0) {
            return;
        }
        long threshold = (long) Math.ceil(p * TWO_32); // bits · 2⁻³² < p just if bits < threshold
        float kept = (float) (1 / (1 - p));
        for (int r = 0; r < x.rows(); r++) {
            row(x, r, (firstRow + r) * x.columns(), threshold, kept, state);
        }
    }

    private static void row(Matrix x, int r, long first, long threshold, float kept, long state) {
        ByteBuffer b = x.block().bytes(x.at(r));
        int at = x.block().byteIndex(x.at(r));
        int n = x.columns();
        int i = 0;
        if ((first & 1) == 1) {
            drop(b, at, CounterRandom.draw(state, first >> 1) & 0xFFFFFFFFL, threshold, kept);
            i = 1;
        }
        for (; i + 1 < n; i += 2) {
            long bits = CounterRandom.draw(state, (first + i) >> 1);
            int place = at + i * Float.BYTES;
            drop(b, place, bits >>> 32, threshold, kept);
            drop(b, place + Float.BYTES, bits & 0xFFFFFFFFL, threshold, kept);
        }
        if (i < n) {
            drop(b, at + i * Float.BYTES, CounterRandom.draw(state, (first + i) >> 1) >>> 32, threshold, kept);
        }
    }

    /** Without a branch, which would be mispredicted at each dropped value. */
    private static void drop(ByteBuffer b, int at, long bits, long threshold, float kept) {
        int keep = (int) ~((bits - threshold) >> 63);
        b.putInt(at, Float.floatToRawIntBits(b.getFloat(at) * kept) & keep);
    }
}
