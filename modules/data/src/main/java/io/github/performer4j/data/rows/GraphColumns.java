package io.github.performer4j.data.rows;

import io.github.performer4j.data.graph.GraphInput;
import java.util.Arrays;
import java.util.List;

/** Graphs side by side as columns: nodes that are padded and masked, and the entries of their kernels, filled up with zeros, which add nothing. */
public final class GraphColumns {
    private GraphColumns() {}

    /**
     * Returns the rows of nodes with their mask.
     *
     * @param graphs at least one, at most {@code size}
     * @param size B; graphs beyond those given are padding
     * @param length N of the longest or more
     * @return floats [B,N,F]
     */
    public static Column nodes(List<GraphInput> graphs, int size, int length) {
        return column(
                graphs.stream().map(GraphInput::features).toList(),
                size,
                length,
                graphs.get(0).width());
    }

    /**
     * Returns the entries with their mask; S is rounded up, so that batches come in few shapes.
     *
     * @param graphs at least one, at most {@code size}
     * @param size B
     * @return floats [B,S,2+2L]
     */
    public static Column entries(List<GraphInput> graphs, int size) {
        int longest = graphs.stream().mapToInt(GraphInput::entryCount).max().orElse(1);
        return column(
                graphs.stream().map(GraphInput::entries).toList(),
                size,
                rounded(longest),
                graphs.get(0).entryWidth());
    }

    private static Column column(List<float[]> rows, int size, int length, int width) {
        float[] values = new float[Math.multiplyExact(Math.multiplyExact(size, length), width)];
        boolean[] mask = new boolean[size * length];
        for (int b = 0; b < rows.size(); b++) {
            float[] own = rows.get(b);
            System.arraycopy(own, 0, values, b * length * width, own.length);
            Arrays.fill(mask, b * length, b * length + own.length / width, true);
        }
        return Column.floats(values, mask, size, length, width);
    }

    /** Rounds up to 2^k or 3·2^(k−1). */
    static int rounded(int entries) {
        int power = Integer.highestOneBit(Math.max(1, entries));
        return entries <= power ? power : entries <= power / 2 * 3 ? power / 2 * 3 : Math.multiplyExact(2, power);
    }
}
