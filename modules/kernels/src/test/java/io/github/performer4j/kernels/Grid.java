package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.layer.LayerElements;
import io.github.performer4j.kernels.layer.PlainLayerElements;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Matrices for tests: rows that start anywhere and have gaps of NaN between them, which must stay as they are. */
public final class Grid {
    private static final int OFFSET = 3;
    private static final int GAP = 5;

    private Grid() {}

    /** Returns a matrix of NaN with gaps. */
    public static Matrix poisoned(int rows, int columns) {
        int stride = columns + GAP;
        FloatBlock block = FloatBlock.allocate(OFFSET + (long) rows * stride + GAP);
        block.poison();
        return new Matrix(block, OFFSET, rows, columns, stride);
    }

    /** Returns normal draws with gaps. */
    public static Matrix normal(long seed, int rows, int columns, double scale) {
        CounterRandom random = CounterRandom.of(seed, rows, columns);
        Matrix m = poisoned(rows, columns);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                m.set(r, c, (float) (scale * random.nextGaussian()));
            }
        }
        return m;
    }

    public static Matrix copy(Matrix m) {
        Matrix copy = poisoned(m.rows(), m.columns());
        for (int r = 0; r < m.rows(); r++) {
            for (int c = 0; c < m.columns(); c++) {
                copy.set(r, c, m.get(r, c));
            }
        }
        return copy;
    }

    /** A value by its place. */
    @FunctionalInterface
    public interface Cell {
        double at(int row, int column);
    }

    public static double[][] values(int rows, int columns, Cell cell) {
        double[][] out = new double[rows][columns];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                out[r][c] = cell.at(r, c);
            }
        }
        return out;
    }

    public static double[][] values(Matrix m) {
        return values(m.rows(), m.columns(), m::get);
    }

    /** Asserts max|a − b| ≤ bound · max(|b|, 1e-30), and that the memory around the rows is still NaN. */
    public static void assertClose(Matrix actual, double[][] expected, double bound) {
        double size = 1e-30;
        for (double[] row : expected) {
            for (double value : row) {
                size = Math.max(size, Math.abs(value));
            }
        }
        for (int r = 0; r < actual.rows(); r++) {
            for (int c = 0; c < actual.columns(); c++) {
                double difference = Math.abs(actual.get(r, c) - expected[r][c]);
                assertThat(difference <= bound * size)
                        .as("[%d,%d]: %s for %s, largest %s", r, c, actual.get(r, c), expected[r][c], size)
                        .isTrue();
            }
        }
        assertGapsUntouched(actual);
    }

    public static void assertGapsUntouched(Matrix m) {
        for (long i = 0; i < m.block().length(); i++) {
            long place = i - m.offset();
            boolean inside = place >= 0 && place < (long) m.rows() * m.stride() && place % m.stride() < m.columns();
            if (!inside) {
                assertThat(m.block().get(i)).as("memory between rows, at %d", i).isNaN();
            }
        }
    }

    /** Returns the plain implementation and that on the Vector API, whatever the process chose. */
    public static List<LayerElements> implementations() {
        return List.of(new PlainLayerElements(), (LayerElements) Simd.load("VectorLayerElements"));
    }

    /** Returns each implementation with column counts around the vectors' lengths. */
    public static Stream<Arguments> implementationsAndColumns() {
        return implementations().stream()
                .flatMap(e -> Stream.of(1, 3, 16, 17, 63, 100, 613).map(columns -> Arguments.of(e, columns)));
    }
}
