package io.github.performer4j.data.rows;

import java.util.Arrays;
import java.util.List;

/**
 * One array of a batch: ids or floats of B rows, with a mask where not all of it counts. The arrays are shared, not copied: treat them as read-only.
 *
 * <p>Its shape is [B,T,…] for what belongs to tokens, and [B,C] for what belongs to rows. Rows may be packed: then {@link #sequences} says which sequence of its row a token belongs to.
 */
public final class Column {
    private final int[] shape;
    private final int[] ids;
    private final float[] values;
    private final boolean[] mask;
    private final int[] sequences; // null where rows are not packed
    private final int fill;

    private Column(int[] ids, float[] values, boolean[] mask, int fill, int... shape) {
        this(ids, values, mask, null, fill, shape);
    }

    private Column(int[] ids, float[] values, boolean[] mask, int[] sequences, int fill, int... shape) {
        this.shape = shape.clone();
        this.ids = ids;
        this.values = values;
        this.mask = mask;
        this.sequences = sequences;
        this.fill = fill;
        long size = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        int found = ids == null ? values.length : ids.length;
        if (shape.length < 2 || Arrays.stream(shape).anyMatch(n -> n < 1) || found != size) {
            throw new IllegalArgumentException("a column must hold as many entries as its shape [B,…] says; shape="
                    + Arrays.toString(shape) + ", entries=" + found);
        }
        if (mask != null && mask.length != shape[0] && mask.length != shape[0] * shape[1]) {
            throw new IllegalArgumentException("a mask must have an entry for each row or each token; shape="
                    + Arrays.toString(shape) + ", entries=" + mask.length);
        }
    }

    /**
     * Makes a column of ids.
     *
     * @param ids row-major
     * @param mask [B,T] or [B], true where something real stands; null for everywhere
     * @param fill what stands in rows that are made longer, and where nothing is real
     * @param shape [B,T] or [B,C]
     */
    public static Column ids(int[] ids, boolean[] mask, int fill, int... shape) {
        return new Column(ids, null, mask, fill, shape);
    }

    /**
     * Makes a column of floats.
     *
     * @param values row-major
     * @param mask [B,T] or [B], true where something real stands; null for everywhere
     * @param shape [B,T,P] or [B,C]
     */
    public static Column floats(float[] values, boolean[] mask, int... shape) {
        return new Column(null, values, mask, 0, shape);
    }

    /** Returns the shape. */
    public int[] shape() {
        return shape.clone();
    }

    /** Returns the size of one dimension. */
    public int size(int dimension) {
        return shape[dimension];
    }

    /** Returns the ids; null if the column holds floats. */
    public int[] ids() {
        return ids;
    }

    /** Returns the floats; null if the column holds ids. */
    public float[] floats() {
        return values;
    }

    /** Returns the mask, [B,T] or [B]; null if all is real. */
    public boolean[] mask() {
        return mask;
    }

    /** Returns the number of each token's sequence in its row, from 1, 0 where nothing is real, [B,T]; null where a row is one sequence. */
    public int[] sequences() {
        return sequences;
    }

    /** Returns whether the mask has an entry for each token rather than for each row. */
    public boolean maskedByToken() {
        return mask != null && mask.length == shape[0] * shape[1] && (shape[1] > 1 || shape.length > 2);
    }

    /** Returns the entries as floats: a copy of ids, the floats themselves. */
    public float[] toFloats() {
        if (ids == null) {
            return values;
        }
        float[] copy = new float[ids.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = ids[i];
        }
        return copy;
    }

    /** Returns the mask's entries that are true; all rows or tokens where there is no mask. */
    public int real() {
        if (mask == null) {
            return shape[0] * (shape.length > 2 ? shape[1] : 1);
        }
        int count = 0;
        for (boolean one : mask) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /**
     * Returns some tokens of every row.
     *
     * @param from first token
     * @param to exclusive
     * @throws IllegalArgumentException if there are none
     */
    public Column tokens(int from, int to) {
        if (from < 0 || to > shape[1] || from >= to) {
            throw new IllegalArgumentException(
                    "tokens must be some of the column's; tokens=" + shape[1] + ", from=" + from + ", to=" + to);
        }
        if (sequences != null) {
            throw new IllegalArgumentException(
                    "packed rows hold whole sequences and are not cut; from=" + from + ", to=" + to);
        }
        int depth = shape.length > 2 ? shape[2] : 1;
        int[] part = shape.clone();
        part[1] = to - from;
        int[] someIds = ids == null ? null : new int[part[0] * part[1] * depth];
        float[] someValues = ids == null ? new float[part[0] * part[1] * depth] : null;
        boolean[] some = maskedByToken() ? new boolean[part[0] * part[1]] : mask;
        for (int r = 0; r < part[0]; r++) {
            System.arraycopy(
                    ids == null ? values : ids,
                    (r * shape[1] + from) * depth,
                    ids == null ? someValues : someIds,
                    r * part[1] * depth,
                    part[1] * depth);
            if (some != mask) {
                System.arraycopy(mask, r * shape[1] + from, some, r * part[1], part[1]);
            }
        }
        return new Column(someIds, someValues, some, fill, part);
    }

    /**
     * Puts columns of several batches one below the other; shorter rows are filled up on the right to the longest.
     *
     * @param columns of equal kind and equal dimensions from the third on; at least one
     */
    static Column join(List<Column> columns) {
        Column first = columns.get(0);
        if (columns.size() == 1) {
            return first;
        }
        int rows = columns.stream().mapToInt(c -> c.shape[0]).sum();
        int length = columns.stream().mapToInt(c -> c.shape[1]).max().orElseThrow();
        int depth = first.shape.length > 2 ? first.shape[2] : 1;
        int[] shape = first.shape.clone();
        shape[0] = rows;
        shape[1] = length;
        int size = Math.multiplyExact(Math.multiplyExact(rows, length), depth);
        int[] ids = first.ids == null ? null : new int[size];
        float[] values = first.ids == null ? new float[size] : null;
        boolean byToken = columns.stream().anyMatch(Column::maskedByToken);
        boolean[] mask = first.mask == null ? null : new boolean[byToken ? rows * length : rows];
        boolean packed = columns.stream().anyMatch(c -> c.sequences != null);
        int[] sequences = packed ? new int[rows * length] : null;
        if (ids != null) {
            Arrays.fill(ids, first.fill);
        }
        int row = 0;
        for (Column column : columns) {
            int width = column.shape[1];
            for (int r = 0; r < column.shape[0]; r++, row++) {
                Object from = ids == null ? column.values : column.ids;
                System.arraycopy(
                        from, r * width * depth, ids == null ? values : ids, row * length * depth, width * depth);
                for (int t = 0; packed && t < width; t++) {
                    int at = r * width + t;
                    sequences[row * length + t] =
                            column.sequences != null ? column.sequences[at] : column.mask[at] ? 1 : 0;
                }
                if (mask != null && byToken) {
                    System.arraycopy(column.mask, r * width, mask, row * length, width);
                } else if (mask != null) {
                    mask[row] = column.mask[r];
                }
            }
        }
        return new Column(ids, values, mask, sequences, first.fill, shape);
    }

    /**
     * Returns the tokens of rows where a packing places them, with the numbers of their sequences where there is a mask.
     *
     * @throws IllegalArgumentException if the column is not [S,L,…] of the packing's sequences
     */
    Column packed(Packing packing) {
        if (shape[0] != packing.sequences()
                || shape[1] != packing.longest()
                || mask != null && mask.length != shape[0] * shape[1]) {
            throw new IllegalArgumentException("columns of packed rows must belong to tokens; column=" + this
                    + ", sequences=" + packing.sequences() + ", longest=" + packing.longest());
        }
        int depth = shape.length > 2 ? shape[2] : 1;
        int[] whole = shape.clone();
        whole[0] = packing.rows();
        whole[1] = packing.length();
        int places = Math.multiplyExact(whole[0], whole[1]);
        int[] newIds = ids == null ? null : new int[Math.multiplyExact(places, depth)];
        float[] newValues = ids == null ? new float[Math.multiplyExact(places, depth)] : null;
        boolean[] newMask = mask == null ? null : new boolean[places];
        int[] numbers = mask == null ? null : new int[places];
        if (newIds != null) {
            Arrays.fill(newIds, fill);
        }
        packing.each((sequence, number, at, n) -> {
            Object from = ids == null ? values : ids;
            Object to = ids == null ? newValues : newIds;
            System.arraycopy(from, sequence * shape[1] * depth, to, at * depth, n * depth);
            if (mask != null) {
                System.arraycopy(mask, sequence * shape[1], newMask, at, n);
                Arrays.fill(numbers, at, at + n, number);
            }
        });
        return new Column(newIds, newValues, newMask, numbers, fill, whole);
    }

    /** Compares by content. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Column c
                && Arrays.equals(shape, c.shape)
                && Arrays.equals(ids, c.ids)
                && Arrays.equals(values, c.values)
                && Arrays.equals(mask, c.mask)
                && Arrays.equals(sequences, c.sequences)
                && fill == c.fill;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(ids) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return (ids == null ? "floats" : "ids") + Arrays.toString(shape) + (mask == null ? "" : ", real=" + real());
    }
}
