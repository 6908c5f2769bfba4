package io.github.performer4j.data;

import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.CounterRandom;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Rows of {@link Objective#MASKED} and {@link Objective#CAUSAL}: windows of the framed sequence {@code BOS x1 … xn EOS}.
 *
 * <p>A window holds up to S symbols: S = maxTokens when masked, maxTokens + 1 when causal, because there each symbol is input to the next.
 * A sequence that fits is one row. A longer one is
 *
 * <ul>
 *   <li>for evaluation, cut into consecutive windows, so that every token is predicted once (causal windows share one symbol);
 *   <li>for training on proteins, cropped: one window at a uniform offset, a new one each epoch;
 *   <li>for training on text, cut into consecutive windows from a uniform phase, a new one each epoch.
 * </ul>
 *
 * BOS and EOS stand only at the true ends, and only where the vocabulary has them; a window inside a sequence begins with plain tokens.
 */
final class WindowRows implements RowSource {
    /** What is done with sequences longer than a row. */
    enum TooLong {
        CUT,
        CROP,
        CUT_FROM_PHASE
    }

    static final long DRAW_OFFSET = 1;

    private final PartReader parts;
    private final Objective objective;
    private final Tokenizer tokenizer;
    private final int head;
    private final int eos;
    private final int stride;
    private final int window;
    private final TooLong policy;
    private final long seed;
    private final long epoch;
    private final ArrayDeque<Row> ready = new ArrayDeque<>();
    private long dropped;

    WindowRows(PartReader parts, DataConfig config, Tokenizer tokenizer, TooLong policy, long seed, long epoch) {
        this.parts = parts;
        this.objective = config.objective();
        this.tokenizer = tokenizer;
        this.head = config.objective().head(tokenizer);
        this.eos = tokenizer.specials().eos();
        this.stride = config.maxTokens();
        this.window = config.maxTokens() + (objective.causal() ? 1 : 0);
        this.policy = policy;
        this.seed = seed;
        this.epoch = epoch;
    }

    @Override
    public Row next() throws IOException {
        while (ready.isEmpty()) {
            Part part = parts.next();
            if (part == null) {
                return null;
            }
            if (part.trivial()) {
                dropped++;
            } else {
                cut(part);
                if (ready.isEmpty() && part.first() && part.last()) {
                    dropped++;
                }
            }
        }
        return ready.poll();
    }

    /** Symbol i of the framed part: 0 the head or the token before the part, 1 … n the tokens, n+1 EOS; there may be no head and no EOS. */
    private void cut(Part part) {
        int low = part.first() ? (head >= 0 ? 0 : 1) : objective.causal() ? 0 : 1;
        int high = part.tokens().length() + (part.last() && eos >= 0 ? 2 : 1);
        if (policy == TooLong.CUT || high - low <= window) {
            windows(part, low, low, high);
            return;
        }
        CounterRandom draws = CounterRandom.of(seed, DRAW_OFFSET, epoch, part.document(), part.start());
        if (policy == TooLong.CROP) {
            int from = low + draws.nextInt(high - low - window + 1);
            add(part, from, from + window);
        } else {
            windows(part, low - draws.nextInt(stride), low, high);
        }
    }

    private void windows(Part part, int first, int low, int high) {
        for (long from = first; from < high; from += stride) {
            add(part, (int) Math.max(from, low), (int) Math.min(from + window, high));
        }
    }

    private void add(Part part, int from, int to) {
        int n = part.tokens().length();
        int opening = part.first() ? head : part.previous();
        int before = from == 0 ? -1 : from == 1 ? opening : part.tokens().get(from - 2);
        Row row = new Row(
                part.tokens(),
                Math.max(from, 1) - 1,
                Math.min(to, n + 1) - 1,
                from == 0 ? opening : -1,
                to == n + 2 ? eos : -1,
                before,
                part.document(),
                part.start() + from);
        if (predictsSomething(row)) {
            ready.add(row);
        }
    }

    private boolean predictsSomething(Row row) {
        int first = objective.causal() ? 1 : 0;
        for (int i = first; i < row.symbols(); i++) {
            int symbol = row.symbol(i);
            if (!tokenizer.special(symbol) || (objective.causal() && symbol == eos)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long dropped() {
        return dropped;
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
