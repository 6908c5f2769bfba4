package io.github.performer4j.kernels.mask;

import io.github.performer4j.kernels.math.Fourier;
import java.util.Arrays;

/**
 * The mask of a grid of n_1 × … × n_d places by their differences (block-Toeplitz), {@code K_ij = e^{b[i − j]}}, b one number for each difference in Π (−n_l, n_l); b = 0 masks nothing.
 * With a class token, which is place 0 in front of the grid, its row and column are 1.
 *
 * <p>K is a part of a circulant matrix of P_1 × … × P_d places, P_l a power of two of at least 2n_l − 1, so {@code K x} is a product of Fourier transforms: O(T log T·n). Transforms are in
 * float64 and not causal: their error is absolute, a few 1e-16 of the largest sum, so a row of small sums beside large ones has fewer correct digits. The class token stays outside of them.
 * Derivatives of b are one correlation, {@code db_δ = e^{b_δ} Σ_{i−j=δ} error_i·x_j}: one inverse transform for all columns. Sources: arXiv 2107.07999; arXiv 2106.12566.
 */
public final class GridMask implements Mask {
    private final GridShape shape;
    private final double[] weights; // c = e^b, [differences]
    private final double[][] spectrum; // of the circulant's first column, real and imaginary part

    /**
     * Makes the mask.
     *
     * @param logs b from {@code at} on, [Π (2n_l − 1)], row-major, index of a difference δ_l + n_l − 1
     * @throws IllegalArgumentException if a weight e^b is not positive and finite
     */
    public GridMask(GridShape shape, double[] logs, int at) {
        this.shape = shape;
        weights = new double[shape.differences()];
        spectrum = new double[2][shape.padded()];
        for (int d = 0; d < weights.length; d++) {
            weights[d] = Math.exp(logs[at + d]);
            if (!(weights[d] > 0 && weights[d] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("weights of differences must be positive and finite; difference=" + d
                        + ", log=" + logs[at + d]);
            }
            spectrum[0][shape.difference(d)] = weights[d];
        }
        Fourier.forward(spectrum, shape.paddedSizes());
    }

    @Override
    public int size() {
        return shape.places();
    }

    @Override
    public int parameters() {
        return shape.differences();
    }

    @Override
    public void times(double[] x, int n, double[] y) {
        Fields.require(size(), n, x, y);
        double[][] pair = new double[2][shape.padded()];
        for (int c = 0; c < n; c += 2) {
            load(x, n, c, pair);
            Fourier.forward(pair, shape.paddedSizes());
            Fourier.multiply(pair, spectrum, false);
            Fourier.inverse(pair, shape.paddedSizes());
            store(pair, y, n, c);
        }
        addClassToken(x, n, y);
    }

    @Override
    public void backward(double[] x, double[] error, int n, double[] y, double[] dx, double[] dParameters) {
        Fields.require(size(), n, x, error, y, dx);
        double[][] in = new double[2][shape.padded()];
        double[][] back = new double[2][shape.padded()];
        double[][] sums = new double[2][shape.padded()]; // Σ of columns: transform of error · conj(transform of x)
        for (int c = 0; c < n; c += 2) {
            load(x, n, c, in);
            load(error, n, c, back);
            Fourier.forward(in, shape.paddedSizes());
            Fourier.forward(back, shape.paddedSizes());
            Fourier.addCorrelation(back, in, sums);
            Fourier.multiply(in, spectrum, false);
            Fourier.multiply(back, spectrum, true); // Kᵀ: weights of the differences turned round
            Fourier.inverse(in, shape.paddedSizes());
            Fourier.inverse(back, shape.paddedSizes());
            store(in, y, n, c);
            store(back, dx, n, c);
        }
        addClassToken(x, n, y);
        addClassToken(error, n, dx);
        Fourier.inverse(sums, shape.paddedSizes());
        for (int d = 0; d < weights.length; d++) {
            dParameters[d] += weights[d] * sums[0][shape.difference(d)];
        }
    }

    @Override
    public double[] square() {
        double[] k = new double[Math.multiplyExact(size(), size())];
        Arrays.fill(k, 1); // what the class token has
        for (int i = 0; i < shape.cells(); i++) {
            for (int j = 0; j < shape.cells(); j++) {
                k[place(i, j)] = weights[shape.difference(i, j)];
            }
        }
        return k;
    }

    @Override
    public void differentiate(double[] dK, double[] dParameters) {
        Fields.require(size(), size(), dK);
        for (int i = 0; i < shape.cells(); i++) {
            for (int j = 0; j < shape.cells(); j++) {
                int d = shape.difference(i, j);
                dParameters[d] += weights[d] * dK[place(i, j)];
            }
        }
    }

    private int place(int i, int j) {
        return (shape.first() + i) * size() + shape.first() + j;
    }

    /** Two columns of a field as real and imaginary part: K is real, so they stay apart. */
    private void load(double[] x, int n, int column, double[]... pair) {
        Arrays.fill(pair[0], 0);
        Arrays.fill(pair[1], 0);
        for (int i = 0; i < shape.cells(); i++) {
            int row = (shape.first() + i) * n + column;
            pair[0][shape.cell(i)] = x[row];
            pair[1][shape.cell(i)] = column + 1 < n ? x[row + 1] : 0;
        }
    }

    private void store(double[][] pair, double[] y, int n, int column) {
        for (int i = 0; i < shape.cells(); i++) {
            int row = (shape.first() + i) * n + column;
            y[row] = pair[0][shape.cell(i)];
            if (column + 1 < n) {
                y[row + 1] = pair[1][shape.cell(i)];
            }
        }
    }

    private void addClassToken(double[] x, int n, double[] y) {
        if (shape.classToken()) {
            Arrays.fill(y, 0, n, 0);
            Fields.add(1, x, 0, y, 0, n);
            for (int i = 1; i < size(); i++) {
                Fields.add(1, x, i, y, 0, n);
                Fields.add(1, x, 0, y, i, n);
            }
        }
    }
}
