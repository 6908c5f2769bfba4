package io.github.performer4j.gpu.program;

import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.Product;

/** Launches by the shapes of kernels: one thread for each value, one block for each row, eight threads for each column. */
final class Launches {
    /** Threads of a block. */
    static final int THREADS = 256;
    /** Threads that work on one row together. */
    static final int ROW = 128;

    private static final int COLUMNS = 32;
    private static final long MOST = 1 << 20; // blocks; threads go on to further values

    private final Device device;

    Launches(Device device) {
        this.device = device;
    }

    /** Runs a kernel of n values, whose arguments are given whole. */
    void values(String kernel, long n, Object... arguments) {
        long blocks = Math.min(MOST, (n + THREADS - 1) / THREADS);
        device.launch(kernel, (int) blocks, 1, THREADS, arguments);
    }

    /** Runs a kernel with a block for each row. */
    void rows(String kernel, long rows, Object... arguments) {
        device.launch(kernel, Math.toIntExact(rows), 1, ROW, arguments);
    }

    /** Runs a kernel with eight threads for each column, in as many layers. */
    void columns(String kernel, int columns, int layers, Object... arguments) {
        device.launch(kernel, (columns + COLUMNS - 1) / COLUMNS, layers, THREADS, arguments);
    }

    /** Runs a kernel of n values in each of some groups. */
    void groups(String kernel, long n, int groups, Object... arguments) {
        long blocks = Math.min(MOST, (n + THREADS - 1) / THREADS);
        device.launch(kernel, (int) blocks, groups, THREADS, arguments);
    }

    void fill(long to, long n, float value) {
        values("fill", n, to, n, value);
    }

    void copy(long from, long to, long n, boolean adds) {
        values("scale", n, from, 1f, to, n, flag(adds));
    }

    void multiply(Product product) {
        device.multiply(product);
    }

    /** Returns what stands for a choice in a kernel. */
    static int flag(boolean value) {
        return value ? 1 : 0;
    }
}
