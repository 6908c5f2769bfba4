package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;

/** A label id for each token, [B,T]; {@link Batch#IGNORED} where there is none. */
record TagBatching() implements Batching {
    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        if (row.label() == null) {
            return false;
        }
        for (int t = row.from(); t < row.to(); t++) {
            if (row.label().ids()[t] != Batch.IGNORED) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        int[] ids = new int[Math.multiplyExact(size, length)];
        Arrays.fill(ids, Batch.IGNORED);
        int labelled = 0;
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            for (int t = 0; t < row.symbols(); t++) {
                int token = row.tokenAt(t);
                if (token >= row.from() && token < row.to()) {
                    int label = row.label().ids()[token];
                    ids[r * length + t] = label;
                    labelled += label == Batch.IGNORED ? 0 : 1;
                }
            }
        }
        Column labels = Column.ids(ids, null, Batch.IGNORED, size, length);
        return Batch.of(inputs(rows, size, length, draws), labels, labelled)
                .with(Documents.PLACES, Documents.places(rows, size));
    }
}
