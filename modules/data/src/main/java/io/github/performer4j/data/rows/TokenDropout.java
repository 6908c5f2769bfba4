package io.github.performer4j.data.rows;

import io.github.performer4j.data.read.TokenArray;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.List;

/**
 * Rows some of whose tokens are not seen: in training each token that is no special one is shown as MASK with probability p, drawn anew in every epoch, so that no example is
 * known by a few of its words (word dropout; Iyyer and others, <em>Deep unordered composition rivals syntactic methods</em>, 2015, section 4). Labels are those of the whole row, and evaluation
 * sees all tokens. The draws are a function of (seed, epoch, document, place in it), so they depend on no other row.
 */
public final class TokenDropout implements Batching {
    private static final long DRAW_DROPPED = 10;

    private final Batching batching;
    private final double probability;

    private TokenDropout(Batching batching, double probability) {
        this.batching = batching;
        this.probability = probability;
    }

    /**
     * Returns what makes batches of rows with some tokens hidden.
     *
     * @param batching makes batches of rows
     * @param probability p, in [0, 1); with 0 the batching itself is returned
     */
    public static Batching of(Batching batching, double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("tokenDropout must be in [0, 1); tokenDropout=" + probability);
        }
        return probability == 0 ? batching : new TokenDropout(batching, probability);
    }

    @Override
    public boolean next() {
        return batching.next();
    }

    @Override
    public void require(Tokenizer tokenizer) {
        if (tokenizer.specials().mask() == Specials.ABSENT) {
            throw new IllegalArgumentException("hidden tokens are shown as MASK, and the vocabulary has none;"
                    + " training.tokenDropout=0 hides none; training.tokenDropout=" + probability + ", tokenizer="
                    + tokenizer.kind());
        }
        batching.require(tokenizer);
    }

    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        return batching.predicts(row, tokenizer);
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        List<Row> seen =
                draws.training() ? rows.stream().map(row -> thinned(row, draws)).toList() : rows;
        return batching.write(seen, size, length, draws);
    }

    private Row thinned(Row row, Draws setting) {
        Tokenizer tokenizer = setting.tokenizer();
        CounterRandom draws =
                CounterRandom.of(setting.seed(), DRAW_DROPPED, setting.epoch(), row.document(), row.place());
        Row thinned = row.compact();
        TokenArray tokens = thinned.tokens();
        for (int t = 0; t < tokens.length(); t++) {
            if (!tokenizer.special(tokens.get(t)) && draws.nextDouble() < probability) {
                tokens.set(t, tokenizer.mask());
            }
        }
        return thinned;
    }
}
