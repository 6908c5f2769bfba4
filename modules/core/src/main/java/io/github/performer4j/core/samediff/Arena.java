package io.github.performer4j.core.samediff;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One block of memory in which execution plans place their arrays; it only grows.
 *
 * <p>Fresh memory costs more than the operations that fill it (the system clears each page), so plans use the same block again and
 * again: one block per thread for what lives within a phase, one per layer for what backward needs from forward.
 */
public final class Arena {
    private static final ThreadLocal<Arena> SCRATCH = ThreadLocal.withInitial(Arena::new);
    /** Arrays start at multiples of this many elements: a cache line of float32. */
    private static final long ALIGNMENT = 16;

    private INDArray block;
    private long version;

    /** Returns the calling thread's block for arrays that live within one phase of one layer. */
    public static Arena scratch() {
        return SCRATCH.get();
    }

    public static long aligned(long elements) {
        return (elements + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /**
     * Makes room.
     *
     * @param type float32 or float64; a change of type replaces the block
     * @param elements number of elements needed
     */
    void ensure(DataType type, long elements) {
        if (block != null && block.dataType() == type && block.length() >= elements) {
            return;
        }
        try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            block = Nd4j.createUninitializedDetached(type, Math.max(elements, ALIGNMENT));
        }
        version++;
    }

    /** Returns a number that changes whenever arrays of this block have to be made anew. */
    long version() {
        return version;
    }

    /** Returns an array over elements of the block, in row-major order. */
    INDArray view(long offset, long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        return Nd4j.create(block.data(), shape, strides, offset, 'c', block.dataType());
    }

    /** Fills the block with NaN, for tests that look for reads of memory never written. */
    public void poison() {
        if (block != null) {
            block.assign(Double.NaN);
        }
    }
}
