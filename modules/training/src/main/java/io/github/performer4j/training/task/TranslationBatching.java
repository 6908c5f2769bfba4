package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows {@code [BOS] source SEP target [EOS]} as two inputs. With x the source and y the target of n tokens,
 *
 * <pre>
 * source  [B,Ts]  [BOS] x [EOS]
 * tokens  [B,Tt]  START y_1 … y_n            START is BOS, or EOS where there is none
 * labels  [B,Tt]  y_1 … y_n EOS              none where y_t is unknown
 * </pre>
 */
record TranslationBatching() implements Batching {
    private static final int SHORTEST = 8;

    @Override
    public void require(Tokenizer tokenizer) {
        if (tokenizer.specials().eos() == Specials.ABSENT) {
            throw new IllegalArgumentException("a target needs a vocabulary with EOS, which ends it; tokenizer="
                    + tokenizer.kind() + ", vocabulary=" + tokenizer.size());
        }
    }

    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        return row.label() != null;
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        Tokenizer tokenizer = draws.tokenizer();
        int longestSource = 1;
        int longestTarget = 1;
        for (Row row : rows) {
            longestSource = Math.max(longestSource, sourceEnd(row) - row.from() + 2);
            longestTarget = Math.max(longestTarget, row.to() - sourceEnd(row));
        }
        Side source = new Side(size, Math.min(length, rounded(longestSource)), tokenizer.pad());
        Side target = new Side(size, Math.min(length, rounded(longestTarget)), tokenizer.pad());
        int[] labels = new int[target.ids.length];
        Arrays.fill(labels, Batch.IGNORED);
        int labelled = 0;
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            source.begin(r);
            source.addIfPresent(row.head());
            for (int t = row.from(); t < sourceEnd(row); t++) {
                source.add(row.tokens().get(t));
            }
            source.addIfPresent(row.tail());
            target.begin(r);
            target.add(tokenizer.specials().start());
            for (int t = sourceEnd(row) + 1; t <= row.to(); t++) {
                boolean end = t == row.to();
                int next = end ? tokenizer.specials().eos() : row.tokens().get(t);
                if (end || !tokenizer.special(next)) {
                    labels[target.at - 1] = next;
                    labelled++;
                }
                if (!end) {
                    target.add(next);
                }
            }
        }
        Map<String, Column> inputs = new LinkedHashMap<>();
        inputs.put(Batch.TOKENS, target.column());
        inputs.put(Batch.SOURCE, source.column());
        return Batch.of(inputs, Column.ids(labels, null, Batch.IGNORED, size, target.length), labelled);
    }

    /** Returns where the source of a row ends, and the separator stands. */
    private static int sourceEnd(Row row) {
        return row.from() + row.label().ids()[0];
    }

    /** Rounds up to 2^k or 3·2^(k−1), so that batches come in few shapes. */
    static int rounded(int tokens) {
        int power = Integer.highestOneBit(Math.max(SHORTEST, tokens));
        return tokens <= power ? power : tokens <= power / 2 * 3 ? power / 2 * 3 : 2 * power;
    }

    /** One input while it is filled. */
    private static final class Side {
        private final int size;
        private final int length;
        private final int pad;
        private final int[] ids;
        private final boolean[] mask;
        private int at;

        Side(int size, int length, int pad) {
            this.size = size;
            this.length = length;
            this.pad = pad;
            ids = new int[Math.multiplyExact(size, length)];
            mask = new boolean[ids.length];
            Arrays.fill(ids, pad);
        }

        void begin(int row) {
            at = row * length;
        }

        void addIfPresent(int id) {
            if (id >= 0) {
                add(id);
            }
        }

        void add(int id) {
            ids[at] = id;
            mask[at++] = true;
        }

        Column column() {
            return Column.ids(ids, mask, pad, size, length);
        }
    }
}
