package io.github.performer4j.data;

import io.github.performer4j.data.rows.Batch;
import java.util.Arrays;

/** What the tests look at in a batch of a language model. */
record TokenBatch(int batch, int length, int[] ids, boolean[] mask, int[] labels, int[] left, double weight) {
    static TokenBatch of(Batch b) {
        return new TokenBatch(
                b.size(),
                b.length(),
                b.input().ids(),
                b.input().mask(),
                b.label().ids(),
                b.extras().get(Batch.LEFT).ids(),
                b.weight());
    }

    int predicted() {
        int count = (int) Arrays.stream(labels).filter(l -> l != Batch.IGNORED).count();
        if (count != weight) {
            throw new AssertionError("weight " + weight + " of " + count + " labels");
        }
        return count;
    }

    int tokens() {
        int count = 0;
        for (boolean real : mask) {
            count += real ? 1 : 0;
        }
        return count;
    }

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
        return Arrays.hashCode(ids);
    }
}
