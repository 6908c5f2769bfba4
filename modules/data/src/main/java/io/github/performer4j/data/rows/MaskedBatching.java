package io.github.performer4j.data.rows;

import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.List;

/**
 * Hidden tokens to be named. Each symbol that is no special token is chosen independently with probability maskRate; where none is, one drawn uniformly is,
 * so that every row predicts something. In training, a chosen symbol is labelled, and shown as MASK with probability 0.8, as a uniformly
 * drawn replacement symbol with 0.1 (which may be itself), unchanged with 0.1 (Devlin and others, <em>BERT</em>, 2019, section 3.1). In
 * evaluation it is always shown as MASK: a model that repeats what it sees would otherwise be right at a tenth of the places, and a
 * comparison with frequencies would flatter it. The draws are a function of (seed, epoch, document, place in it), so they depend on no
 * other row.
 */
public final class MaskedBatching implements Batching {
    static final long DRAW_MASK = 2;
    private static final double HIDDEN = 0.8;
    private static final double REPLACED = 0.1;

    private final double maskRate;

    /**
     * Chooses tokens at a rate.
     *
     * @param maskRate in (0, 1)
     */
    public MaskedBatching(double maskRate) {
        if (!(maskRate > 0 && maskRate < 1)) {
            throw new IllegalArgumentException("maskRate must be in (0, 1); maskRate=" + maskRate);
        }
        this.maskRate = maskRate;
    }

    @Override
    public void require(Tokenizer tokenizer) {
        tokenizer.mask(); // refuses a vocabulary without one
    }

    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        for (int i = 0; i < row.symbols(); i++) {
            if (!tokenizer.special(row.symbol(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        TokenLabels out = new TokenLabels(size, length, draws.tokenizer().pad());
        for (int r = 0; r < rows.size(); r++) {
            masked(rows.get(r), out, r * length, draws);
        }
        return out.batch();
    }

    private void masked(Row row, TokenLabels out, int base, Draws setting) {
        Tokenizer tokenizer = setting.tokenizer();
        CounterRandom draws = CounterRandom.of(setting.seed(), DRAW_MASK, setting.epoch(), row.document(), row.place());
        int n = row.symbols();
        int candidates = 0;
        boolean any = false;
        int before = row.before();
        for (int t = 0; t < n; t++) {
            int symbol = row.symbol(t);
            out.show(base + t, symbol);
            if (!tokenizer.special(symbol)) {
                candidates++;
                if (draws.nextDouble() < maskRate) {
                    any = true;
                    choose(out, base + t, before, symbol, draws, setting);
                }
            }
            before = symbol;
        }
        if (!any) {
            chooseOne(row, out, base, draws.nextInt(candidates), draws, setting);
        }
    }

    private static void chooseOne(
            Row row, TokenLabels out, int base, int candidate, CounterRandom draws, Draws setting) {
        int t = 0;
        for (int passed = 0; ; t++) {
            if (!setting.tokenizer().special(row.symbol(t)) && passed++ == candidate) {
                break;
            }
        }
        choose(out, base + t, t == 0 ? row.before() : row.symbol(t - 1), row.symbol(t), draws, setting);
    }

    private static void choose(
            TokenLabels out, int position, int before, int symbol, CounterRandom draws, Draws setting) {
        Tokenizer tokenizer = setting.tokenizer();
        out.label(position, before < 0 ? tokenizer.specials().start() : before, symbol);
        double u = draws.nextDouble();
        if (!setting.training() || u < HIDDEN) {
            out.hide(position, tokenizer.mask());
        } else if (u < HIDDEN + REPLACED) {
            out.hide(position, tokenizer.replacement(draws.nextInt(tokenizer.replacements())));
        }
    }
}
