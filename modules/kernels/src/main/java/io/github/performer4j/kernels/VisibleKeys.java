package io.github.performer4j.kernels;

/**
 * The keys of one batch item that the mask lets through, closed up: what is left knows no mask, only how many of them, from the first on,
 * each query sees.
 *
 * <p>Padding at the ends leaves a run of rows, which is used where it lies; only a mask with holes costs a copy.
 */
final class VisibleKeys {
    private final int[] index;
    private final int count;
    private final int[] seen;

    private VisibleKeys(int[] index, int count, int[] seen) {
        this.index = index;
        this.count = count;
        this.seen = seen;
    }

    /** Reads the mask of batch item b. */
    static VisibleKeys of(ExactAttentionSpec spec, int b) {
        int tokens = spec.k().tokens();
        int[] index = new int[tokens];
        int[] seen = new int[spec.q().tokens()];
        int count = 0;
        for (int j = 0; j < tokens; j++) {
            if (spec.mask() == null || spec.mask().get((long) b * tokens + j) != 0) {
                index[count++] = j;
            }
            if (spec.causal()) {
                seen[j] = count;
            }
        }
        if (!spec.causal()) {
            java.util.Arrays.fill(seen, count);
        }
        return new VisibleKeys(index, count, seen);
    }

    /** Returns how many keys may be seen. */
    int count() {
        return count;
    }

    /** Returns how many of them each query sees, [Tq], not falling; not to be changed. */
    int[] seen() {
        return seen;
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
