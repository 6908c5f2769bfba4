package io.github.performer4j.training.convert;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.Tokenizer;
import java.util.List;
import java.util.Map;

/** Rows without labels: what is to be learnt at each token another model says. A batch weighs what it has of real tokens. */
record AllTokens() implements Batching {
    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        return row.to() > row.from();
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        Column tokens = tokens(rows, size, length, draws);
        int real = rows.stream().mapToInt(Row::symbols).sum();
        return new Batch(size, Map.of(Batch.TOKENS, tokens), Map.of(), Map.of(), real);
    }
}
