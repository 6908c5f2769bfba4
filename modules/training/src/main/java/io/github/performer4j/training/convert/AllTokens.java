package io.github.performer4j.training.convert;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.Tokenizer;
import java.util.List;
import java.util.Map;

/**
 * Rows without labels: what is to be learnt at each token another model says. A batch weighs what it has of real tokens.
 *
 * @param next whether rows have one symbol more than positions, as packed ones of next tokens have; it is left out
 */
record AllTokens(boolean next) implements Batching {
    AllTokens() {
        this(false);
    }

    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        return row.to() - (next ? 1 : 0) > row.from();
    }

    @Override
    public Batch write(List<Row> all, int size, int length, Draws draws) {
        List<Row> rows = next ? all.stream().map(AllTokens::inputs).toList() : all;
        Column tokens = tokens(rows, size, length, draws);
        int real = rows.stream().mapToInt(Row::symbols).sum();
        return new Batch(size, Map.of(Batch.TOKENS, tokens), Map.of(), Map.of(), real);
    }

    private static Row inputs(Row row) {
        return new Row(
                row.tokens(),
                row.from(),
                row.to() - 1,
                row.head(),
                row.tail(),
                row.before(),
                row.document(),
                row.place(),
                row.label());
    }
}
