package io.github.performer4j.kernels.mask;

import io.github.performer4j.kernels.math.Fourier;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * A Toeplitz matrix [R,C] of numbers by row − column as a part of a circulant one of P places, P a power of two of at least R + C − 1, so that its products with fields are Fourier transforms,
 * O(P log P) for two columns of a field. Derivatives with respect to its numbers are one correlation of all columns.
 */
final class Toeplitz {
    private final int rows;
    private final int columns;
    private final int padded;
    private final double[][] spectrum;

    /**
     * Makes the matrix.
     *
     * @param entries the number at row − column = δ, from 1 − C to R − 1
     */
    Toeplitz(int rows, int columns, IntToDoubleFunction entries) {
        this.rows = rows;
        this.columns = columns;
        padded = Fourier.powerOfTwo(rows + columns - 1);
        spectrum = new double[2][padded];
        for (int delta = 1 - columns; delta < rows; delta++) {
            spectrum[0][Math.floorMod(delta, padded)] = entries.applyAsDouble(delta);
        }
        Fourier.forward(spectrum, padded);
    }

    /** Adds the product with rows {@code from} … of x [·,n] to rows {@code at} … of y. */
    void add(double[] x, int from, double[] y, int at, int n) {
        double[][] pair = new double[2][padded];
        for (int c = 0; c < n; c += 2) {
            load(x, from, columns, n, c, pair);
            Fourier.forward(pair, padded);
            Fourier.multiply(pair, spectrum, false);
            Fourier.inverse(pair, padded);
            addTo(y, at, rows, n, c, pair);
        }
    }

    /**
     * Adds the transposed product with rows {@code at} … of error to rows {@code from} … of dx.
     *
     * @return derivatives of {@code Σ error ⊙ (matrix x)} with respect to the numbers, in the order of δ from 1 − C on
     */
    double[] backward(double[] x, int from, double[] error, int at, int n, double[] dx) {
        double[][] in = new double[2][padded];
        double[][] back = new double[2][padded];
        double[][] sums = new double[2][padded]; // transform of Σ error ⋆ x
        for (int c = 0; c < n; c += 2) {
            load(x, from, columns, n, c, in);
            load(error, at, rows, n, c, back);
            Fourier.forward(in, padded);
            Fourier.forward(back, padded);
            Fourier.addCorrelation(back, in, sums);
            Fourier.multiply(back, spectrum, true);
            Fourier.inverse(back, padded);
            addTo(dx, from, columns, n, c, back);
        }
        Fourier.inverse(sums, padded);
        double[] slopes = new double[rows + columns - 1];
        for (int u = 0; u < slopes.length; u++) {
            slopes[u] = sums[0][Math.floorMod(u + 1 - columns, padded)];
        }
        return slopes;
    }

    /** Returns column − row of the u-th derivative. */
    int offset(int u) {
        return columns - 1 - u;
    }

    /** Two columns of a field as real and imaginary part: the matrix is real, so they stay apart. */
    private static void load(double[] x, int from, int count, int n, int column, double[]... pair) {
        Arrays.fill(pair[0], 0);
        Arrays.fill(pair[1], 0);
        for (int i = 0; i < count; i++) {
            int row = (from + i) * n + column;
            pair[0][i] = x[row];
            pair[1][i] = column + 1 < n ? x[row + 1] : 0;
        }
    }

    private static void addTo(double[] y, int at, int count, int n, int column, double[]... pair) {
        for (int i = 0; i < count; i++) {
            int row = (at + i) * n + column;
            y[row] += pair[0][i];
            if (column + 1 < n) {
                y[row + 1] += pair[1][i];
            }
        }
    }
}
