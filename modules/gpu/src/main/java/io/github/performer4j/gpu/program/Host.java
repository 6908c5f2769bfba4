package io.github.performer4j.gpu.program;

import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/** Copies between the process's memory and a device's; rows lie there without gaps. */
public final class Host {
    private static final int MOST = 1 << 22; // values at a time

    private Host() {}

    /** Copies rows to a device. */
    public static void write(Device device, Matrix from, long to) {
        if (from.stride() == from.columns() || from.rows() <= 1) {
            write(device, from.block(), from.offset(), (long) from.rows() * from.columns(), to);
            return;
        }
        float[] row = new float[from.columns()];
        float[] all = new float[Math.multiplyExact(from.rows(), row.length)];
        for (int r = 0; r < from.rows(); r++) {
            from.block().read(from.at(r), all, r * row.length, row.length);
        }
        device.write(to, all, 0, all.length);
    }

    private static void write(Device device, FloatBlock from, long offset, long n, long to) {
        float[] part = new float[(int) Math.min(MOST, n)];
        for (long at = 0; at < n; at += part.length) {
            int length = (int) Math.min(part.length, n - at);
            from.read(offset + at, part, 0, length);
            device.write(to + at * Float.BYTES, part, 0, length);
        }
    }

    /** Copies rows from a device. */
    public static void read(Device device, long from, Matrix to) {
        if (to.stride() != to.columns()) {
            float[] all = new float[Math.multiplyExact(to.rows(), to.columns())];
            device.read(from, all, 0, all.length);
            for (int r = 0; r < to.rows(); r++) {
                to.block().write(to.at(r), all, r * to.columns(), to.columns());
            }
            return;
        }
        long n = (long) to.rows() * to.columns();
        float[] part = new float[(int) Math.min(MOST, n)];
        for (long at = 0; at < n; at += part.length) {
            int length = (int) Math.min(part.length, n - at);
            device.read(from + at * Float.BYTES, part, 0, length);
            to.block().write(to.offset() + at, part, 0, length);
        }
    }
}
