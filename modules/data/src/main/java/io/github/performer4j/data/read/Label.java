package io.github.performer4j.data.read;

import java.util.Arrays;

/**
 * What is to be predicted of one document, as numbers: ids or floats, for the document as a whole or for each of its tokens.
 *
 * @param ids [n] class ids, {@link io.github.performer4j.data.rows.Batch#IGNORED} where there is none; null if there are numbers
 * @param numbers [n] numbers; null if there are ids
 * @param perToken whether entry i belongs to token i of the document
 */
public record Label(int[] ids, float[] numbers, boolean perToken) {
    /** Returns a label of ids for the document as a whole. */
    public static Label ofIds(int... ids) {
        return new Label(ids, null, false);
    }

    /** Returns a label of numbers for the document as a whole. */
    public static Label ofNumbers(float... numbers) {
        return new Label(null, numbers, false);
    }

    /** Returns the label of a stretch of tokens. */
    public Label slice(int from, int to) {
        return !perToken
                ? this
                : new Label(
                        ids == null ? null : Arrays.copyOfRange(ids, from, to),
                        numbers == null ? null : Arrays.copyOfRange(numbers, from, to),
                        true);
    }

    /** Returns the bytes of memory that the label takes. */
    long bytes() {
        return 4L * ((ids == null ? 0 : ids.length) + (numbers == null ? 0 : numbers.length));
    }

    /** Compares by content. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Label l
                && Arrays.equals(ids, l.ids)
                && Arrays.equals(numbers, l.numbers)
                && perToken == l.perToken;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + Arrays.hashCode(numbers);
    }

    @Override
    public String toString() {
        return ids == null ? Arrays.toString(numbers) : Arrays.toString(ids);
    }
}
