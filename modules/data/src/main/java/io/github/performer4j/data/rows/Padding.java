package io.github.performer4j.data.rows;

import io.github.performer4j.data.read.DataConfig;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * How much of the rows of training is padding, measured on the first sequences of an epoch.
 *
 * @param sequences that were looked at
 * @param byLength share of padding of rows of one sequence, in the few lengths that batches have
 * @param packed share of padding of rows of several
 */
public record Padding(long sequences, double byLength, double packed) {
    private static final int WINDOWS = 8;

    static Padding of(RowSource rows, DataConfig config, Batching batching) throws IOException {
        Buckets buckets = new Buckets(config);
        long sequences = 0;
        long tokens = 0;
        long byLength = 0;
        long packed = 0;
        for (int i = 0; i < WINDOWS; i++) {
            List<Row> window = PackedStream.window(rows);
            for (Row row : window) {
                int positions = PackedStream.positions(row, batching);
                sequences++;
                tokens += positions;
                byLength += buckets.length(buckets.of(positions));
            }
            packed += (long) config.maxTokens()
                    * Packing.pack(window, row -> PackedStream.positions(row, batching), config.maxTokens())
                            .size();
        }
        return new Padding(sequences, share(tokens, byLength), share(tokens, packed));
    }

    private static double share(long tokens, long all) {
        return all == 0 ? 0 : 1 - (double) tokens / all;
    }

    /** Returns both shares in one line. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "packed rows: %.1f%% of them is padding, %.1f%% where each sequence has a row (the first %,d sequences)",
                100 * packed,
                100 * byLength,
                sequences);
    }
}
