package io.github.performer4j.data;

import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * One batch of rows of equal length, padded on the right. The arrays are shared, not copied: treat them as read-only.
 *
 * @param batch B, the number of rows; rows that only fill up the batch are masked out whole
 * @param length T, the number of positions of a row
 * @param ids [B,T] what the model sees, row-major; padding is {@link Tokenizer#pad()}
 * @param mask [B,T] true where a real token stands
 * @param labels [B,T] the token to predict at a position, or {@link #IGNORED}
 * @param left [B,T] at labelled positions the true (uncorrupted) left neighbour of the token to predict, {@link
 *     io.github.performer4j.data.token.Specials#start()} at the
 *     start of a sequence; -1 elsewhere
 */
public record TokenBatch(int batch, int length, int[] ids, boolean[] mask, int[] labels, int[] left) {
    /** Label of positions that are not predicted. */
    public static final int IGNORED = -1;

    /** Checks the sizes. */
    public TokenBatch {
        long expected = (long) batch * length;
        if (batch < 1
                || length < 1
                || ids.length != expected
                || mask.length != expected
                || labels.length != expected
                || left.length != expected) {
            throw new IllegalArgumentException(
                    "ids, mask, labels and left must hold batch*length entries; batch=" + batch
                            + ", length=" + length + ", ids=" + ids.length + ", mask=" + mask.length + ", labels="
                            + labels.length
                            + ", left=" + left.length);
        }
    }

    /**
     * Packs rows without labels, for inference.
     *
     * @param rows ids of each row, as {@link Objective#frame} gives them; at least one, none empty
     * @param pad the id to fill up shorter rows with
     * @return a batch [rows, longest row] that predicts nothing
     */
    public static TokenBatch unlabelled(List<int[]> rows, int pad) {
        int length = rows.stream().mapToInt(r -> r.length).max().orElse(0);
        int size = Math.multiplyExact(rows.size(), length);
        int[] ids = new int[size];
        boolean[] mask = new boolean[size];
        int[] labels = new int[size];
        int[] left = new int[size];
        Arrays.fill(ids, pad);
        Arrays.fill(labels, IGNORED);
        Arrays.fill(left, -1);
        for (int r = 0; r < rows.size(); r++) {
            int[] row = rows.get(r);
            System.arraycopy(row, 0, ids, r * length, row.length);
            Arrays.fill(mask, r * length, r * length + row.length, true);
        }
        return new TokenBatch(rows.size(), length, ids, mask, labels, left);
    }

    /** Returns the number of positions with a label. */
    public int predicted() {
        int count = 0;
        for (int label : labels) {
            if (label != IGNORED) {
                count++;
            }
        }
        return count;
    }

    /** Returns the number of real tokens, padding left out. */
    public int tokens() {
        int count = 0;
        for (boolean real : mask) {
            if (real) {
                count++;
            }
        }
        return count;
    }

    /** Compares by content. */
    @Override
    public boolean equals(Object other) {
        return other instanceof TokenBatch b
                && batch == b.batch
                && length == b.length
                && Arrays.equals(ids, b.ids)
                && Arrays.equals(mask, b.mask)
                && Arrays.equals(labels, b.labels)
                && Arrays.equals(left, b.left);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * batch + length) + Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return "TokenBatch[batch=" + batch + ", length=" + length + ", tokens=" + tokens() + ", predicted="
                + predicted() + "]";
    }
}
