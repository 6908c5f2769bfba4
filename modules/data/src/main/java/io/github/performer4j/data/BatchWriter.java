package io.github.performer4j.data;

import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.CounterRandom;
import java.util.Arrays;
import java.util.List;

/**
 * Writes rows as a batch.
 *
 * <p>Masked: each symbol that is no special token is chosen independently with probability maskRate; where none is, one drawn uniformly is,
 * so that every row predicts something. In training, a chosen symbol is labelled, and shown as MASK with probability 0.8, as a uniformly
 * drawn replacement symbol with 0.1 (which may be itself), unchanged with 0.1 (Devlin and others, <em>BERT</em>, 2019, section 3.1). In
 * evaluation it is always shown as MASK: a model that repeats what it sees would otherwise be right at a tenth of the places, and a
 * comparison with frequencies would flatter it. The draws are a function of (seed, epoch, document, place in it), so they depend on no
 * other row.
 *
 * <p>Causal: position t shows symbol t and is labelled with symbol t+1, unless that is unknown.
 */
final class BatchWriter {
    static final long DRAW_MASK = 2;
    private static final double HIDDEN = 0.8;
    private static final double REPLACED = 0.1;

    private final Objective objective;
    private final double maskRate;
    private final Tokenizer tokenizer;
    private final int start;
    private final int eos;
    private final long seed;
    private final long epoch;
    private final boolean training;

    BatchWriter(DataConfig config, Tokenizer tokenizer, long seed, long epoch, boolean training) {
        this.objective = config.objective();
        this.maskRate = config.maskRate();
        this.tokenizer = tokenizer;
        this.start = tokenizer.specials().start();
        this.eos = tokenizer.specials().eos();
        this.seed = seed;
        this.epoch = epoch;
        this.training = training;
    }

    /** Returns [B,T]; rows beyond those given are padding. */
    TokenBatch write(List<Row> rows, int batch, int length) {
        int size = Math.multiplyExact(batch, length);
        int[] ids = new int[size];
        boolean[] mask = new boolean[size];
        int[] labels = new int[size];
        int[] left = new int[size];
        Arrays.fill(ids, tokenizer.pad());
        Arrays.fill(labels, TokenBatch.IGNORED);
        Arrays.fill(left, -1);
        TokenBatch result = new TokenBatch(batch, length, ids, mask, labels, left);
        for (int r = 0; r < rows.size(); r++) {
            if (objective == Objective.MASKED) {
                masked(rows.get(r), result, r * length);
            } else {
                causal(rows.get(r), result, r * length);
            }
        }
        return result;
    }

    private void causal(Row row, TokenBatch out, int base) {
        int n = row.symbols() - 1;
        for (int t = 0; t < n; t++) {
            int symbol = row.symbol(t);
            int next = row.symbol(t + 1);
            out.ids()[base + t] = symbol;
            out.mask()[base + t] = true;
            if (!tokenizer.special(next) || next == eos) {
                // In packed rows the EOS of the document before is the neighbour; for the counts it is a start like any
                // other.
                label(out, base + t, symbol == eos ? start : symbol, next);
            }
        }
    }

    private void masked(Row row, TokenBatch out, int base) {
        CounterRandom draws = CounterRandom.of(seed, DRAW_MASK, epoch, row.document(), row.place());
        int n = row.symbols();
        int candidates = 0;
        boolean any = false;
        int before = row.before();
        for (int t = 0; t < n; t++) {
            int symbol = row.symbol(t);
            out.ids()[base + t] = symbol;
            out.mask()[base + t] = true;
            if (!tokenizer.special(symbol)) {
                candidates++;
                if (draws.nextDouble() < maskRate) {
                    any = true;
                    choose(out, base + t, before, symbol, draws);
                }
            }
            before = symbol;
        }
        if (!any) {
            chooseOne(row, out, base, draws.nextInt(candidates), draws);
        }
    }

    private void chooseOne(Row row, TokenBatch out, int base, int candidate, CounterRandom draws) {
        int t = 0;
        for (int passed = 0; ; t++) {
            if (!tokenizer.special(row.symbol(t)) && passed++ == candidate) {
                break;
            }
        }
        choose(out, base + t, t == 0 ? row.before() : row.symbol(t - 1), row.symbol(t), draws);
    }

    private void choose(TokenBatch out, int position, int before, int symbol, CounterRandom draws) {
        label(out, position, before < 0 ? start : before, symbol);
        double u = draws.nextDouble();
        if (!training || u < HIDDEN) {
            out.ids()[position] = tokenizer.mask();
        } else if (u < HIDDEN + REPLACED) {
            out.ids()[position] = tokenizer.replacement(draws.nextInt(tokenizer.replacements()));
        }
    }

    private static void label(TokenBatch out, int position, int before, int label) {
        out.labels()[position] = label;
        out.left()[position] = before;
    }
}
