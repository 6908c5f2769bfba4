package io.github.performer4j.checkpoint.imports;

import java.util.List;

/**
 * A tensor, or a part of one, as a summand of a parameter.
 *
 * @param tensor its name
 * @param shape that it must have
 * @param layout how it lies in the parameter
 * @param from first row, column or element that is read; see {@link Layout}
 * @param factor that the numbers are multiplied by, in float32
 */
public record Term(String tensor, List<Long> shape, Layout layout, long from, double factor) {
    /** The numbers as they are. */
    public Term(String tensor, List<Long> shape, Layout layout, long from) {
        this(tensor, shape, layout, from, 1);
    }

    /** How a tensor t lies in a parameter p of r rows and c columns. */
    public enum Layout {
        /** p_ij = t_(from+i)j; of vectors p_i = t_(from+i). */
        ROWS,
        /** p_ij = t_(from+j)i: a dense layer's weight as PyTorch has it, [out,in]. */
        TURNED,
        /** p_ij = t_i(from+j): GPT-2's products of several at once. */
        COLUMNS,
        /** p_ij = t_(from)j: one row for all. */
        EACH_ROW
    }

    /** Copies the shape. */
    public Term {
        shape = List.copyOf(shape);
    }

    /** Returns how many rows, columns or elements a tensor has where {@code from} counts, and how many of them a parameter takes. */
    boolean whole(long rows, long columns) {
        return switch (layout) {
            case ROWS -> shape.size() == 1 ? shape.get(0) == columns : shape.get(0) == rows;
            case TURNED -> shape.get(0) == columns;
            case COLUMNS -> shape.get(1) == columns;
            case EACH_ROW -> shape.get(0) == 1;
        };
    }
}
