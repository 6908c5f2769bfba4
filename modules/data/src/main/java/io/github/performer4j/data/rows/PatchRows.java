package io.github.performer4j.data.rows;

import io.github.performer4j.data.example.Patches;
import java.util.List;

/** Rows of patches as the floats that a model reads. */
final class PatchRows {
    private PatchRows() {}

    /**
     * Returns patches with their mask.
     *
     * @param rows at least one, at most {@code size}
     * @param size B; rows beyond those given are padding
     * @param length T
     * @return floats [B,T,P] in [0, 1], 0 in padding
     */
    static Column column(List<Row> rows, int size, int length) {
        int width = rows.get(0).tokens().width();
        float[] values = new float[Math.multiplyExact(Math.multiplyExact(size, length), width)];
        boolean[] mask = new boolean[size * length];
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            for (int t = 0; t < row.symbols(); t++) {
                int at = r * length + t;
                mask[at] = true;
                for (int k = 0; k < width; k++) {
                    values[at * width + k] = Patches.value(row.tokens().value(row.tokenAt(t), k));
                }
            }
        }
        return Column.floats(values, mask, size, length, width);
    }
}
