package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * Rows 2i and 2i + 1 are the two texts of pair i, each framed by itself; the label of a row is the place of its partner in the batch, [2n,1]. No row only fills up a batch: it would be a
 * negative for all others.
 */
record PairBatching() implements Batching {
    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        return row.label() != null;
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        int n = 2 * rows.size();
        int entries = Math.multiplyExact(n, length);
        int[] ids = new int[entries];
        boolean[] mask = new boolean[entries];
        int[] partner = new int[n];
        Arrays.fill(ids, draws.tokenizer().pad());
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            int first = row.from() + row.label().ids()[0]; // the separator stands there
            write(row, row.from(), first, 2 * r * length, ids, mask);
            write(row, first + 1, row.to(), (2 * r + 1) * length, ids, mask);
            partner[2 * r] = 2 * r + 1;
            partner[2 * r + 1] = 2 * r;
        }
        Column tokens = Column.ids(ids, mask, draws.tokenizer().pad(), n, length);
        // alone in its batch, a pair has nothing to be told from
        return Batch.of(tokens, Column.ids(partner, null, Batch.IGNORED, n, 1), rows.size() > 1 ? n : 0);
    }

    private static void write(Row row, int from, int to, int base, int[] ids, boolean[] mask) {
        int at = base;
        if (row.head() >= 0) {
            ids[at++] = row.head();
        }
        for (int t = from; t < to; t++) {
            ids[at++] = row.tokens().get(t);
        }
        if (row.tail() >= 0) {
            ids[at++] = row.tail();
        }
        Arrays.fill(mask, base, at, true);
    }
}
