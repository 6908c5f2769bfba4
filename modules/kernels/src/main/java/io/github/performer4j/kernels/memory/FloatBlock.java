package io.github.performer4j.kernels.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A stretch of native memory of float32 values, as the kernels see it.
 *
 * <p>Plain code reads it through {@link #bytes}, vector code through {@link #view}, BLAS through {@link #pointer}. Java's buffers hold less
 * than 2 GiB, so a long block is seen through overlapping windows: any {@value #REACH} values that follow an offset lie in
 * one of them. Not thread-safe for writing the same values.
 */
public final class FloatBlock {
    /** Values that may be read from one window behind an offset. */
    public static final long REACH = 1L << 28;

    /** Values that are copied faster one by one. */
    private static final int SHORT = 32;

    private static final int ALIGNMENT = 64; // a cache line, and the widest vector

    private final FloatPointer pointer;
    private final long length;
    private final ByteBuffer[] windows;
    private final Object[] views;

    private FloatBlock(FloatPointer pointer, long length) {
        this.pointer = pointer;
        this.length = length;
        int count = Math.toIntExact(Math.max(1, (length + REACH - 1) / REACH));
        windows = new ByteBuffer[count];
        views = new Object[count];
        for (int i = 0; i < count; i++) {
            long from = i * REACH;
            long size = Math.min(length - from, 2 * REACH - 1);
            windows[i] = new Part(pointer, from, size).asByteBuffer().order(ByteOrder.nativeOrder());
            views[i] = NativeView.of(windows[i]);
        }
    }

    /**
     * A pointer that begins inside another's memory, and keeps it reachable.
     *
     * <p>JavaCPP's own copies of a pointer each come with a phantom reference, which at thousands of products a second keeps the collector and
     * a thread busy; and its buffers begin where their pointer's memory does, not at its position.
     */
    private static final class Part extends FloatPointer {
        @SuppressWarnings({"unused", "FieldCanBeLocal", "UnusedVariable"}) // keeps the memory
        private final FloatPointer whole;

        Part(FloatPointer whole, long from, long size) {
            super((Pointer) null);
            this.whole = whole;
            address = whole.address() + (whole.position() + from) * Float.BYTES;
            capacity = size;
            limit = size;
        }
    }

    /**
     * Allocates memory whose content is undefined, aligned for vectors.
     *
     * @param length number of values, not negative
     */
    public static FloatBlock allocate(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative; length=" + length);
        }
        int spare = ALIGNMENT / Float.BYTES;
        FloatPointer pointer = new FloatPointer(Math.max(1, length) + spare);
        long skip = (ALIGNMENT - pointer.address() % ALIGNMENT) % ALIGNMENT / Float.BYTES;
        pointer.position(skip);
        return new FloatBlock(pointer, Math.max(1, length));
    }

    /**
     * Wraps memory that something else owns, and keeps its pointer reachable.
     *
     * @param pointer its start
     * @param length number of values from there on that belong to the block
     * @throws IllegalArgumentException if the pointer is null or shorter than that
     */
    public static FloatBlock wrap(FloatPointer pointer, long length) {
        if (pointer == null || pointer.isNull()) {
            throw new IllegalArgumentException("a block needs memory; pointer=null");
        }
        long room = pointer.limit() - pointer.position();
        if (length < 1 || pointer.limit() > 0 && room < length) {
            throw new IllegalArgumentException("a block must lie in its memory; length=" + length + ", memory=" + room);
        }
        return new FloatBlock(pointer, length);
    }

    /**
     * Returns some of the values, where they lie; it keeps the memory reachable.
     *
     * @param from the first
     * @param n how many, at least 1
     */
    public FloatBlock part(long from, long n) {
        check(from, n);
        if (n < 1) {
            throw new IllegalArgumentException("a part must have values; n=" + n);
        }
        return new FloatBlock(new Part(pointer, from, n), n);
    }

    /** Returns the number of values. */
    public long length() {
        return length;
    }

    /** Returns the value at an index. */
    public float get(long index) {
        check(index, 1);
        return bytes(index).getFloat(byteIndex(index));
    }

    /** Sets the value at an index. */
    public void set(long index, float value) {
        check(index, 1);
        bytes(index).putFloat(byteIndex(index), value);
    }

    /** Sets n values from an offset on. */
    public void fill(long offset, long n, float value) {
        check(offset, n);
        long at = offset;
        while (at < offset + n) {
            int part = (int) Math.min(REACH, offset + n - at);
            ByteBuffer window = bytes(at);
            int from = byteIndex(at);
            for (int i = from; i < from + part * Float.BYTES; i += Float.BYTES) {
                window.putFloat(i, value);
            }
            at += part;
        }
    }

    /** Fills the block with NaN, for tests of code that must not read what it has not written. */
    public void poison() {
        fill(0, length, Float.NaN);
    }

    /** Copies n values out. */
    public void read(long offset, float[] out, int from, int n) {
        check(offset, n);
        if (n <= SHORT) {
            ByteBuffer window = bytes(offset);
            int at = byteIndex(offset);
            for (int i = 0; i < n; i++) {
                out[from + i] = window.getFloat(at + i * Float.BYTES);
            }
            return;
        }
        bytes(offset)
                .slice(byteIndex(offset), n * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .get(out, from, n);
    }

    /** Copies n values in. */
    public void write(long offset, float[] in, int from, int n) {
        check(offset, n);
        if (n <= SHORT) {
            ByteBuffer window = bytes(offset);
            int at = byteIndex(offset);
            for (int i = 0; i < n; i++) {
                window.putFloat(at + i * Float.BYTES, in[from + i]);
            }
            return;
        }
        bytes(offset)
                .slice(byteIndex(offset), n * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(in, from, n);
    }

    /**
     * Checks that values lie in the block.
     *
     * @throws IllegalArgumentException if they do not
     */
    public void check(long offset, long n) {
        if (offset < 0 || n < 0 || offset > length - n) {
            throw new IllegalArgumentException(
                    "values must lie in the block; offset=" + offset + ", values=" + n + ", block=" + length);
        }
    }

    /** Returns the window for values behind an offset. */
    public ByteBuffer bytes(long offset) {
        return windows[(int) (offset / REACH)];
    }

    /** Returns what vector code reads through: the window, or its memory segment on the JDKs that have them. */
    public Object view(long offset) {
        return views[(int) (offset / REACH)];
    }

    /** Returns where an offset lies in its window, in bytes. */
    public int byteIndex(long offset) {
        return (int) (offset % REACH) * Float.BYTES;
    }

    /** Returns a pointer to the value at an offset, for BLAS. */
    public FloatPointer pointer(long offset) {
        return new Part(pointer, offset, length - offset);
    }
}
