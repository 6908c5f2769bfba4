package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.gpu.device.Arena;
import io.github.performer4j.gpu.device.Device;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tables taken in float64 on the host and kept on the device: by a token's place angles of rotary positions and sinusoidal ones, and rows of constants. */
final class Tables {
    private static final double BASE = 10_000;

    private final Device device;
    private final Arena arena;
    private final Map<Object, Integer> lengths = new HashMap<>();

    Tables(Device device, Arena arena) {
        this.device = device;
        this.arena = arena;
    }

    /** One value of a table. */
    @FunctionalInterface
    private interface Entry {
        double at(int token, int column);
    }

    /**
     * Returns cosines or sines of angles, [tokens,columns/2].
     *
     * @param columns that turn
     */
    long angles(Rotary rotary, int columns, boolean sines, int tokens) {
        Entry angle = (t, i) -> t * rotary.angle(i, columns);
        return table(
                List.of("angles", rotary, columns, sines),
                tokens,
                columns / 2,
                (t, i) -> sines ? Math.sin(angle.at(t, i)) : Math.cos(angle.at(t, i)));
    }

    /** Returns sinusoidal positions, [tokens,columns] (arXiv 1706.03762, §3.5). */
    long sinusoids(double scale, int columns, int tokens) {
        return table(List.of("sinusoids", scale, columns), tokens, columns, (t, i) -> {
            double angle = t / Math.pow(BASE, (i - i % 2) / (double) columns);
            return scale * (i % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
        });
    }

    /** Returns constants, [n]. */
    long row(List<Double> values) {
        return table(values, 1, values.size(), (t, i) -> values.get(i));
    }

    private long table(Object name, int tokens, int columns, Entry entry) {
        int known = lengths.getOrDefault(name, 0);
        if (known >= tokens) {
            return arena.room(name, (long) known * columns);
        }
        float[] values = new float[Math.multiplyExact(tokens, columns)];
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < columns; i++) {
                values[t * columns + i] = (float) entry.at(t, i);
            }
        }
        long address = arena.room(name, values.length);
        device.write(address, values, 0, values.length);
        lengths.put(name, tokens);
        return address;
    }
}
