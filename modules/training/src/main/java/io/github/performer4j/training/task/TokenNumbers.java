package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.Tokenizer;
import java.util.List;

/**
 * A number for each token, [B,T,1], for tasks of your own: labels are {@code new Label(null, numbers, true)} with NaN where a token has none. The mask [B,T] is true where there is one; the tokens
 * around a sequence have none.
 */
public record TokenNumbers() implements Batching {
    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        boolean any = false;
        for (int t = row.from(); row.label() != null && t < row.to(); t++) {
            any |= !Float.isNaN(row.label().numbers()[t]);
        }
        return any;
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        float[] numbers = new float[Math.multiplyExact(size, length)];
        boolean[] labelled = new boolean[numbers.length];
        int count = 0;
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            for (int t = 0; t < row.symbols(); t++) {
                int token = row.tokenAt(t);
                if (token >= row.from()
                        && token < row.to()
                        && !Float.isNaN(row.label().numbers()[token])) {
                    numbers[r * length + t] = row.label().numbers()[token];
                    labelled[r * length + t] = true;
                    count++;
                }
            }
        }
        Column labels = Column.floats(numbers, labelled, size, length, 1);
        return Batch.of(inputs(rows, size, length, draws), labels, count)
                .with(Documents.PLACES, Documents.places(rows, size));
    }
}
