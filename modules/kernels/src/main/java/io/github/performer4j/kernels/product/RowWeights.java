package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * The values of a weight [k,n] as products of single rows read them ({@link RowElements}): rounded to bfloat16, which is half the memory.
 *
 * <p>They lie in the order of reading, so that the processor fetches them ahead: {@value #BLOCK} columns after the other, each row by row, what is left of the columns as a narrower block. They are in an array of Java's, from which
 * vectors are loaded three times as fast as from other memory (JDK 17).
 */
public final class RowWeights {
    /** Columns of a block. */
    public static final int BLOCK = 64;

    private final int rows; // k
    private final int columns; // n
    private final short[] values; // bfloat16

    private RowWeights(int rows, int columns, short[] values) {
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    /** Copies a matrix, rounded. */
    static RowWeights of(Matrix w) {
        RowWeights all = new RowWeights(w.rows(), w.columns(), new short[Math.multiplyExact(w.rows(), w.columns())]);
        all.fill(w);
        return all;
    }

    private void fill(Matrix w) {
        float[] row = new float[columns];
        for (int k = 0; k < rows; k++) {
            w.block().read(w.at(k), row, 0, columns);
            for (int n = 0; n < columns; n++) {
                int block = n - n % BLOCK;
                int at = block * rows + k * width(block) + n - block;
                values[at] = SplitElements.rounded(row[n]);
            }
        }
    }

    /** Returns the columns of the block that begins with a column. */
    public int width(int block) {
        return Math.min(BLOCK, columns - block);
    }

    public int columns() {
        return columns;
    }

    /** Returns the values. */
    public short[] values() {
        return values;
    }

    /**
     * Multiplies columns of one block, one after the other.
     *
     * @param x [k]
     * @param beta 0 or 1
     * @param block the block's first column
     * @param from the first column in the block
     */
    public void columns(float[] x, float beta, Matrix c, int block, int from) {
        int width = width(block);
        for (int n = from; n < width; n++) {
            float sum = 0;
            int at = block * rows + n;
            for (float value : x) {
                sum = Math.fma(value, SplitElements.value(values[at]), sum);
                at += width;
            }
            long out = c.offset() + block + n;
            c.block().set(out, beta == 0 ? sum : sum + c.block().get(out));
        }
    }
}
