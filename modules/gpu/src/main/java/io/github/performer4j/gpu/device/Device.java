package io.github.performer4j.gpu.device;

import java.util.Optional;

/**
 * A device with memory of its own: what programs ask of it. Calls are made by one thread at a time; kernels, products and copies run in the order of the calls. Addresses are bytes in
 * the device's memory, 0 is none; values are float32, ids int32.
 */
public interface Device extends AutoCloseable {

    /** Returns what it is, in words: name, compute capability, memory. */
    String description();

    /**
     * Takes memory, whose content is undefined.
     *
     * @param bytes positive
     * @return its address
     * @throws DeviceMemoryException if there is not as much
     */
    long allocate(long bytes);

    /** Gives memory back. */
    void free(long address);

    /** Sets bytes to 0. */
    void zero(long address, long bytes);

    /** Copies values to the device, from the array's index on. */
    void write(long to, float[] from, int index, int n);

    /** Copies ids to the device. */
    void write(long to, int... from);

    /** Copies values from the device, once all that was asked before is done. */
    void read(long from, float[] to, int index, int n);

    /** Copies ids from the device likewise. */
    void read(long from, int... to);

    /**
     * Runs a kernel: threads x of blocks x, y.
     *
     * @param arguments in the kernel's order: addresses and 64-bit numbers as Long, others as Integer and Float
     */
    void launch(String kernel, int blocksX, int blocksY, int threads, Object... arguments);

    /** Runs a product. */
    void multiply(Product product);

    /** Waits until all that was asked is done. */
    void synchronize();

    /** Makes a way for words to the device; by default they come in the order of the calls. */
    default Inbox inbox() {
        return new PlainInbox(this);
    }

    /**
     * Records calls instead of making them: kernels, products and {@link #zero}, whose arguments the graph repeats as they were, and which read all else from memory.
     *
     * @param calls ask for no memory, copy nothing to or from the device, and wait for nothing
     * @return empty for a device that records nothing, by default
     * @throws DeviceException if the calls cannot be recorded; none of them was made
     */
    default Optional<DeviceGraph> capture(Runnable calls) {
        return Optional.empty();
    }

    /**
     * Copies values from another device, once all that was asked of both before is done there; what is asked of the other one later waits for the copy. By default through the process's memory.
     *
     * @param from address on the other device
     * @param to address on this one
     * @param n values of 4 bytes
     */
    default void copyFrom(Device other, long from, long to, long n) {
        int[] part = new int[(int) Math.min(1 << 22, n)];
        for (long at = 0; at < n; at += part.length) {
            int[] words = n - at < part.length ? new int[(int) (n - at)] : part;
            other.read(from + at * Integer.BYTES, words);
            write(to + at * Integer.BYTES, words);
        }
    }

    @Override
    void close();
}
