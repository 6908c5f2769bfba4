package io.github.performer4j.data.rows;

import java.util.Arrays;

/** Arrays of a batch of tokens to predict while they are filled: what is seen, what is real, labels and true left neighbours, all [B,T]. */
final class TokenLabels {
    private final int size;
    private final int length;
    private final int pad;
    private final int[] ids;
    private final boolean[] mask;
    private final int[] labels;
    private final int[] left;
    private int labelled;

    TokenLabels(int size, int length, int pad) {
        this.size = size;
        this.length = length;
        this.pad = pad;
        int entries = Math.multiplyExact(size, length);
        ids = new int[entries];
        mask = new boolean[entries];
        labels = new int[entries];
        left = new int[entries];
        Arrays.fill(ids, pad);
        Arrays.fill(labels, Batch.IGNORED);
        Arrays.fill(left, -1);
    }

    void show(int position, int symbol) {
        ids[position] = symbol;
        mask[position] = true;
    }

    /** Shows something else where a symbol stands. */
    void hide(int position, int symbol) {
        ids[position] = symbol;
    }

    void label(int position, int before, int label) {
        labels[position] = label;
        left[position] = before;
        labelled++;
    }

    Batch batch() {
        Column shown = Column.ids(ids, mask, pad, size, length);
        Column wanted = Column.ids(labels, null, Batch.IGNORED, size, length);
        return Batch.of(shown, wanted, labelled).with(Batch.LEFT, Column.ids(left, null, -1, size, length));
    }
}
