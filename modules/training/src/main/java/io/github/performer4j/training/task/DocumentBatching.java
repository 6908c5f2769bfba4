package io.github.performer4j.training.task;

import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.Tokenizer;
import java.util.List;

/**
 * Labels of whole documents: class ids [B,1], or numbers [B,D]. A long document's windows all have its label; rows that only fill up a batch have none.
 *
 * @param numbers D, or 0 for class ids
 */
record DocumentBatching(int numbers) implements Batching {
    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        return row.label() != null;
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        boolean[] real = Documents.real(rows, size);
        Column labels = numbers == 0 ? ids(rows, real) : numbers(rows, real);
        return Batch.of(inputs(rows, size, length, draws), labels, rows.size())
                .with(Documents.PLACES, Documents.places(rows, size));
    }

    private static Column ids(List<Row> rows, boolean[] real) {
        int[] ids = new int[real.length];
        for (int r = 0; r < rows.size(); r++) {
            ids[r] = rows.get(r).label().ids()[0];
        }
        return Column.ids(ids, real, 0, real.length, 1);
    }

    private Column numbers(List<Row> rows, boolean[] real) {
        float[] values = new float[real.length * numbers];
        for (int r = 0; r < rows.size(); r++) {
            Label label = rows.get(r).label();
            System.arraycopy(label.numbers(), 0, values, r * numbers, numbers);
        }
        return Column.floats(values, real, real.length, numbers);
    }
}
