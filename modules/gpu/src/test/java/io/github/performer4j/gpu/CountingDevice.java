package io.github.performer4j.gpu;

import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A device that computes nothing and counts what it was asked: launches, bytes of the arrays that they read or write once each, and products. */
final class CountingDevice implements Device {
    private static final long FIRST = 1L << 44; // above all numbers that kernels are given
    private static final int ELEMENTWISE = 256;

    private final TreeMap<Long, Long> rooms = new TreeMap<>();
    private long next = FIRST;
    private long launches;
    private long kernelBytes;
    private long most;
    private long held;
    private long allocations;
    private final List<Product> products = new ArrayList<>();

    long launches() {
        return launches;
    }

    long kernelBytes() {
        return kernelBytes;
    }

    List<Product> products() {
        return List.copyOf(products);
    }

    /** Returns the most bytes that were allocated at a time. */
    long most() {
        return most;
    }

    /** Returns how often memory was taken. */
    long allocations() {
        return allocations;
    }

    /** Begins to count anew. */
    void clear() {
        allocations = 0;
        launches = 0;
        kernelBytes = 0;
        products.clear();
    }

    @Override
    public String description() {
        return "counting";
    }

    @Override
    public long allocate(long bytes) {
        allocations++;
        long address = next;
        rooms.put(address, bytes);
        next += bytes + 256;
        held += bytes;
        most = Math.max(most, held);
        return address;
    }

    @Override
    public void free(long address) {
        held -= rooms.remove(address);
    }

    @Override
    public void zero(long address, long bytes) {
        launches++;
        kernelBytes += bytes;
    }

    @Override
    public void write(long to, float[] from, int index, int n) {
        // the bus is counted by nobody: a step writes ids, labels and a redrawn projection
    }

    @Override
    public void write(long to, int... from) {
        // as above
    }

    @Override
    public void read(long from, float[] to, int index, int n) {
        java.util.Arrays.fill(to, index, index + n, 0);
    }

    @Override
    public void read(long from, int... to) {
        java.util.Arrays.fill(to, 0);
    }

    @Override
    public void launch(String kernel, int blocksX, int blocksY, int threads, Object... arguments) {
        launches++;
        long values = Long.MAX_VALUE / Float.BYTES;
        if (threads == ELEMENTWISE && blocksY == 1) {
            for (int i = arguments.length - 1; i >= 0; i--) { // the first number is how many values there are
                boolean number = arguments[i] instanceof Long n && n != 0 && room(n) == null;
                values = number ? (Long) arguments[i] : values;
            }
        }
        for (Object argument : arguments) {
            Map.Entry<Long, Long> room = argument instanceof Long address ? room(address) : null;
            if (room != null) {
                long left = room.getKey() + room.getValue() - (Long) argument;
                kernelBytes += Math.min(left, Float.BYTES * values);
            }
        }
    }

    private Map.Entry<Long, Long> room(long address) {
        Map.Entry<Long, Long> room = rooms.floorEntry(address);
        return room != null && address < room.getKey() + room.getValue() ? room : null;
    }

    @Override
    public void multiply(Product product) {
        products.add(product);
    }

    @Override
    public void synchronize() {
        // nothing runs
    }

    @Override
    public void close() {
        rooms.clear();
    }
}
