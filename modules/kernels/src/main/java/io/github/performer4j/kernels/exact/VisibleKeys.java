package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * The keys of one batch item that the mask lets through, closed up: what is left knows no mask, only which of them each query sees, from one to
 * another, and the global ones, which are the first. Neither end falls from query to query, but behind global ones.
 *
 * <p>Padding at the ends leaves a run of rows, which is used where it lies; only a mask with holes costs a copy.
 */
final class VisibleKeys {
    private final int[] index;
    private final int count;
    private final int[] first;
    private final int[] seen;
    private final int global;

    private VisibleKeys(int[] index, int count, int[] first, int[] seen, int global) {
        this.index = index;
        this.count = count;
        this.first = first;
        this.seen = seen;
        this.global = global;
    }

    /** Reads the mask of batch item b. */
    static VisibleKeys of(ExactAttentionSpec spec, int b) {
        int tokens = spec.k().tokens();
        int[] index = new int[tokens];
        int[] before = close(spec.mask(), (long) b * tokens, index);
        int queries = spec.q().tokens();
        int[] first = new int[queries];
        int[] seen = new int[queries];
        int offset = spec.window() == null ? 0 : tokens - queries;
        for (int t = 0; t < queries; t++) {
            long place = (long) t + offset;
            long end = spec.causal() ? place + 1 : tokens;
            if (spec.window() != null) {
                first[t] = before[(int) Math.max(0, spec.window().first(place))];
                end = spec.window().end(place);
            }
            seen[t] = before[(int) Math.min(tokens, end)];
        }
        int global = spec.window() == null
                ? 0
                : before[Math.min(tokens, spec.window().global())];
        return new VisibleKeys(index, before[tokens], first, seen, global);
    }

    /**
     * The first keys of a sequence, of which a query sees all, or if causal those up to itself.
     *
     * @param keys how many
     * @param queries T
     * @param mask 1 for keys that may be seen; null if all may
     */
    static VisibleKeys first(int keys, int queries, boolean causal, FloatBlock mask) {
        int[] index = new int[keys];
        int[] before = close(mask, 0, index);
        int[] seen = new int[queries];
        for (int t = 0; t < queries; t++) {
            seen[t] = before[causal ? Math.min(keys, t + 1) : keys];
        }
        return new VisibleKeys(index, before[keys], new int[queries], seen, 0);
    }

    /**
     * Closes up the keys that a mask lets through.
     *
     * @param at place of the first key in the mask
     * @param index receives their places, one behind the other
     * @return how many there are at earlier places, for each place and behind the last
     */
    private static int[] close(FloatBlock mask, long at, int[] index) {
        int[] before = new int[index.length + 1];
        for (int j = 0; j < index.length; j++) {
            before[j + 1] = before[j];
            if (mask == null || mask.get(at + j) != 0) {
                index[before[j + 1]++] = j;
            }
        }
        return before;
    }

    /** Returns how many keys may be seen. */
    int count() {
        return count;
    }

    /** Returns where a visible key stands among all. */
    int place(int key) {
        return index[key];
    }

    /**
     * Returns the keys that some of a block of queries sees, as one or two stretches: from, to, from, to.
     *
     * @param query the first query
     * @param queries how many
     */
    int[] stretches(int query, int queries) {
        int from = first[query];
        int to = seen[query];
        for (int t = query + 1; t < query + queries; t++) {
            from = Math.min(from, first[t]);
            to = Math.max(to, seen[t]);
        }
        boolean two = global > 0 && global < from;
        return two ? new int[] {0, global, from, Math.max(from, to)} : new int[] {0, 0, global == 0 ? from : 0, to};
    }

    /** Returns whether some key is in stretches. */
    static boolean any(int[] stretches) {
        return stretches[0] < stretches[1] || stretches[2] < stretches[3];
    }

    /** Returns the first key of stretches. */
    static int begin(int[] stretches) {
        return stretches[0] < stretches[1] ? stretches[0] : stretches[2];
    }

    /** Returns behind the last key of a block of at most so many, which is of one stretch. */
    static int end(int[] stretches, int key, int most) {
        return Math.min(key < stretches[1] ? stretches[1] : stretches[3], key + most);
    }

    /** Returns the key of stretches that comes behind a block. */
    static int next(int[] stretches, int end) {
        return end == stretches[1] ? stretches[2] : end;
    }

    /** Returns memory for {@link #hide}, one for each task. */
    int[] room() {
        return new int[first[first.length - 1] == 0 ? 0 : seen.length];
    }

    /**
     * Takes the keys before each query's window out of a block of scores, but for global ones: they become −∞.
     *
     * @param s scores of queries from {@code query} on and keys from {@code key} on
     * @param room from {@link #room}
     * @return how many keys from the first on each query sees, by query; 0 for one that sees none of the block's; not to be changed
     */
    int[] hide(Matrix s, int query, int key, int[] room) {
        if (first[query + s.rows() - 1] <= key) {
            return seen;
        }
        for (int r = 0; r < s.rows(); r++) {
            int end = Math.min(seen[query + r], key + s.columns());
            int hidden = Math.max(global, key); // from here to first[query + r]
            int from = Math.max(first[query + r], hidden);
            boolean any = key < Math.min(global, end) || from < end;
            room[query + r] = any ? seen[query + r] : 0;
            if (any && hidden < Math.min(from, end)) {
                s.block().fill(s.at(r) + hidden - key, Math.min(from, end) - hidden, Float.NEGATIVE_INFINITY);
            }
        }
        return room;
    }

    /** Returns whether they are neighbours. */
    boolean isRun() {
        return count == 0 || index[count - 1] - index[0] == count - 1;
    }

    /** Returns the visible rows of a run, [count,n], where they lie. */
    Matrix run(Matrix rows) {
        return count == 0 ? rows.rows(0, 0) : rows.rows(index[0], index[0] + count);
    }

    /** Copies the visible rows together, [Tk,n] to [count,n]. */
    void gather(Matrix rows, Matrix closed) {
        float[] row = new float[rows.columns()];
        for (int i = 0; i < count; i++) {
            rows.block().read(rows.at(index[i]), row, 0, row.length);
            closed.block().write(closed.at(i), row, 0, row.length);
        }
    }

    /** Copies rows back to where they came from, [count,n] to [Tk,n]; other rows stay as they are. */
    void scatter(Matrix closed, Matrix rows) {
        float[] row = new float[rows.columns()];
        for (int i = 0; i < count; i++) {
            closed.block().read(closed.at(i), row, 0, row.length);
            rows.block().write(rows.at(index[i]), row, 0, row.length);
        }
    }
}
