package io.github.performer4j.data.rows;

import io.github.performer4j.data.token.Tokenizer;
import java.util.List;

/** Position t shows symbol t and is labelled with symbol t+1, unless that is unknown. */
public final class NextTokenBatching implements Batching {
    @Override
    public boolean next() {
        return true;
    }

    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        for (int i = 1; i < row.symbols(); i++) {
            if (label(row.symbol(i), tokenizer)) {
                return true;
            }
        }
        return false;
    }

    private static boolean label(int symbol, Tokenizer tokenizer) {
        return !tokenizer.special(symbol) || symbol == tokenizer.specials().eos();
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        Tokenizer tokenizer = draws.tokenizer();
        TokenLabels out = new TokenLabels(size, length, tokenizer.pad());
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            int base = r * length;
            for (int t = 0; t < row.symbols() - 1; t++) {
                int symbol = row.symbol(t);
                int next = row.symbol(t + 1);
                out.show(base + t, symbol);
                if (label(next, tokenizer)) {
                    // In packed rows the EOS of the document before is the neighbour; for the counts it is a start like
                    // any other.
                    out.label(
                            base + t,
                            symbol == tokenizer.specials().eos()
                                    ? tokenizer.specials().start()
                                    : symbol,
                            next);
                }
            }
        }
        return out.batch();
    }
}
