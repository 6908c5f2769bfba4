package io.github.performer4j.gpu.device;

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

    @Override
    void close();
}
