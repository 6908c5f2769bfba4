package io.github.performer4j.data.rows;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Rows of {@link Framing#BOTH} and {@link Framing#START}: windows of the framed sequence {@code BOS x1 … xn EOS}.
 *
 * <p>A window holds up to S symbols: S = maxTokens, or maxTokens + 1 where each position is labelled with the next symbol.
 * A sequence that fits is one row. A longer one is
 *
 * <ul>
 *   <li>for evaluation, cut into consecutive windows, so that every token is predicted once (windows with next symbols share one);
 *   <li>for training on proteins, cropped: one window at a uniform offset, a new one each epoch;
 *   <li>for training on text, cut into consecutive windows from a uniform phase, a new one each epoch.
 * </ul>
 *
 * BOS and EOS stand only at the true ends, EOS only with {@link Framing#BOTH} or as a label, and only where the vocabulary has them; a window
 * inside a sequence begins with plain tokens.
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
    private final Batching batching;
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

    WindowRows(
            PartReader parts,
            DataConfig config,
            Batching batching,
            Tokenizer tokenizer,
            TooLong policy,
            long seed,
            long epoch) {
        this.parts = parts;
        this.batching = batching;
        this.tokenizer = tokenizer;
        boolean patches = config.readsFloats(); // no vocabulary, so nothing to frame them with
        this.head = patches ? Specials.ABSENT : config.framing().head(tokenizer);
        boolean end = !patches && (config.framing() == Framing.BOTH || batching.next());
        this.eos = end ? tokenizer.specials().eos() : Specials.ABSENT;
        this.stride = config.maxTokens();
        this.window = config.maxTokens() + (batching.next() ? 1 : 0);
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
        int low = part.first() ? (head >= 0 ? 0 : 1) : batching.next() ? 0 : 1;
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
        boolean ids = part.tokens().width() == 0;
        int before =
                from == 0 || !ids ? -1 : from == 1 ? opening : part.tokens().get(from - 2);
        Row row = new Row(
                part.tokens(),
                Math.max(from, 1) - 1,
                Math.min(to, n + 1) - 1,
                from == 0 ? opening : -1,
                to == n + 2 ? eos : -1,
                before,
                part.document(),
                part.start() + from,
                part.label());
        if (batching.predicts(row, tokenizer)) {
            ready.add(row);
        }
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
