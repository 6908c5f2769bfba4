package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A value's rows of all heads, copied to the host for maps that are fitted to them.
 *
 * @param values [B·T,H·D]
 * @param mask [B,T]; null if all tokens are real
 * @param tokens T
 * @param heads H
 * @param size D
 */
@SuppressWarnings("ArrayRecordComponent") // read only by what is here
record HostRows(float[] values, float[] mask, int tokens, int heads, int size) {
    static HostRows of(DeviceRun run, Value value, int heads) {
        float[] values = new float[Math.toIntExact(run.length(value))];
        run.device.read(run.value(value), values, 0, values.length);
        long at = run.pass.mask(value.side());
        float[] mask = at == 0 ? null : new float[run.rows(value)];
        if (mask != null) {
            run.device.read(at, mask, 0, mask.length);
        }
        return new HostRows(values, mask, run.pass.tokens(value.side()), heads, value.columns() / heads);
    }

    /** Returns whether a token of a batch item and head is real. */
    boolean real(int index, int token) {
        return mask == null || mask[index / heads * tokens + token] > 0.5f;
    }

    /** Returns a row in double arithmetic, scaled. */
    double[] row(int index, int token, double scale) {
        int at = (index / heads * tokens + token) * heads * size + index % heads * size;
        double[] row = new double[size];
        for (int i = 0; i < size; i++) {
            row[i] = scale * values[at + i];
        }
        return row;
    }

    /** Returns the real rows of a batch item and head, scaled. */
    double[][] visible(int index, double scale) {
        List<double[]> rows = new ArrayList<>();
        for (int t = 0; t < tokens; t++) {
            if (real(index, t)) {
                rows.add(row(index, t, scale));
            }
        }
        return rows.toArray(double[][]::new);
    }
}
