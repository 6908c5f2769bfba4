package io.github.performer4j.kernels.memory;

/**
 * A row-major view [rows, columns] of float32 values in a block; rows may be further apart than they are long.
 *
 * @param block the memory
 * @param offset index of the first value
 * @param rows number of rows
 * @param columns values per row
 * @param stride values from the start of a row to that of the next
 */
public record Matrix(FloatBlock block, long offset, int rows, int columns, int stride) {

    /**
     * Checks the view.
     *
     * @throws IllegalArgumentException if it does not lie in its block
     */
    public Matrix {
        if (block == null) {
            throw new IllegalArgumentException("a matrix needs a block; block=null");
        }
        if (rows < 0 || columns < 1 || stride < columns) {
            throw new IllegalArgumentException("a matrix must have rows >= 0, columns >= 1 and stride >= columns; rows="
                    + rows + ", columns=" + columns + ", stride=" + stride);
        }
        long last = rows == 0 ? 0 : (rows - 1L) * stride + columns;
        if (offset < 0 || offset > block.length() - last) {
            throw new IllegalArgumentException("a matrix must lie in its block; offset=" + offset + ", rows=" + rows
                    + ", columns=" + columns + ", stride=" + stride + ", block=" + block.length());
        }
    }

    /** Returns the first rows · columns values of a block as a matrix without gaps. */
    public static Matrix of(FloatBlock block, int rows, int columns) {
        return new Matrix(block, 0, rows, columns, columns);
    }

    /** Allocates a matrix whose content is undefined. */
    public static Matrix allocate(int rows, int columns) {
        return of(FloatBlock.allocate((long) rows * columns), rows, columns);
    }

    /** Returns rows from (inclusive) to (exclusive). */
    public Matrix rows(int from, int to) {
        if (from < 0 || to < from || to > rows) {
            throw new IllegalArgumentException(
                    "rows must lie in the matrix; from=" + from + ", to=" + to + ", rows=" + rows);
        }
        return new Matrix(block, offset + (long) from * stride, to - from, columns, stride);
    }

    /** Returns columns from (inclusive) to (exclusive). */
    public Matrix columns(int from, int to) {
        if (from < 0 || to <= from || to > columns) {
            throw new IllegalArgumentException(
                    "columns must lie in the matrix; from=" + from + ", to=" + to + ", columns=" + columns);
        }
        return new Matrix(block, offset + from, rows, to - from, stride);
    }

    /** Returns the index in the block of the first value of a row. */
    public long at(int row) {
        return offset + (long) row * stride;
    }

    /** Returns a value, checked; for tests and small things. */
    public float get(int row, int column) {
        return block.get(at(row) + column);
    }

    /** Sets a value, checked; for tests and small things. */
    public void set(int row, int column, float value) {
        block.set(at(row) + column, value);
    }

    /** Checks the shape, naming the matrix in the failure. */
    public void require(String name, int wantedRows, int wantedColumns) {
        if (rows != wantedRows || columns != wantedColumns) {
            throw new IllegalArgumentException(name + " must be [" + wantedRows + "," + wantedColumns + "]; " + name
                    + "=[" + rows + "," + columns + "]");
        }
    }
}
