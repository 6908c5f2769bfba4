package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The values of a weight [k,n] as products of single rows read them ({@link RowElements}): rounded to bfloat16, which is half the memory.
 *
 * <p>They lie in the order of reading, so that the processor fetches them ahead: {@value #BLOCK} columns after the other, each row by row, what is left of the columns as a narrower block. They are in an array of Java's, from which
 * vectors are loaded three times as fast as from other memory (JDK 17).
 */
public final class RowWeights {
    /** Columns of a block. */
    public static final int BLOCK = 64;

    /** Copies by where their matrices lie, as long as somebody reads by them. */
    private static final Map<Place, WeakReference<RowWeights>> SHARED = new ConcurrentHashMap<>();

    private record Place(long address, int rows, int columns, int stride) {}

    private final int rows; // k
    private final int columns; // n
    private final short[] values; // bfloat16

    private RowWeights(int rows, int columns, short[] values) {
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    /** Returns a copy of a matrix, rounded: the one that another thread reads by, if it still is one, since nets of several threads share their parameters. */
    static RowWeights of(Matrix w) {
        Place place = new Place(w.block().pointer(w.offset()).address(), w.rows(), w.columns(), w.stride());
        WeakReference<RowWeights> known = SHARED.get(place);
        RowWeights last = known == null ? null : known.get();
        if (last != null && last.each(w, (at, value) -> last.values[at] == value)) {
            return last;
        }
        short[] values = new short[Math.multiplyExact(w.rows(), w.columns())];
        RowWeights made = new RowWeights(w.rows(), w.columns(), values);
        made.each(w, (at, value) -> {
            values[at] = value;
            return true;
        });
        SHARED.values().removeIf(reference -> reference.get() == null);
        SHARED.put(place, new WeakReference<>(made));
        return made;
    }

    /** What is done with a rounded value and its place among the values; false to stop. */
    @FunctionalInterface
    private interface Visit {
        boolean value(int at, short value);
    }

    private boolean each(Matrix w, Visit visit) {
        float[] row = new float[columns];
        for (int k = 0; k < rows; k++) {
            w.block().read(w.at(k), row, 0, columns);
            for (int n = 0; n < columns; n++) {
                int block = n - n % BLOCK;
                if (!visit.value(block * rows + k * width(block) + n - block, SplitElements.rounded(row[n]))) {
                    return false;
                }
            }
        }
        return true;
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
