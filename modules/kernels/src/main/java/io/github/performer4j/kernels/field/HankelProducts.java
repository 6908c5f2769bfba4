package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.math.Fourier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Sums {@code Σ_b f(u(s_a + s_b) + g) F_b} over slices s = round(d/u): for each pair of classes a Hankel matrix f(u(s + t) + g), as a convolution of the slices' sums in reverse, by Fourier
 * transforms, two columns of the field at a time.
 */
final class HankelProducts implements CrossTerms.Products {
    private final DoubleUnaryOperator f;
    private final double unit; // u
    private final int slices;
    private final int size; // of transforms
    private final Map<Double, double[][]> spectra = new HashMap<>(); // of f beginning at g

    HankelProducts(DoubleUnaryOperator f, double unit, int slices) {
        this.f = f;
        this.unit = unit;
        this.slices = slices;
        size = Fourier.powerOfTwo(2 * slices - 1);
    }

    @Override
    public void add(
            List<CrossTerms.Members> classes, double[][] gap, double[] field, int n, double sign, double[] sums) {
        double[][][] given = new double[classes.size()][][];
        for (int column = 0; column < n; column += 2) {
            boolean two = column + 1 < n;
            for (int q = 0; q < classes.size(); q++) {
                given[q] = slices(classes.get(q), field, n, column, two);
            }
            for (int p = 0; p < classes.size(); p++) {
                double[][] seen = new double[2][size];
                for (int q = 0; q < classes.size(); q++) {
                    addProduct(given[q], spectra.computeIfAbsent(gap[p][q], this::spectrum), seen);
                }
                Fourier.inverse(seen, size);
                CrossTerms.Members own = classes.get(p);
                for (int i = 0; i < own.vertices().length; i++) {
                    int at = own.vertices()[i] * n + column;
                    int slice = slices - 1 + slice(own.distances()[i]);
                    sums[at] += sign * seen[0][slice];
                    if (two) {
                        sums[at + 1] += sign * seen[1][slice];
                    }
                }
            }
        }
    }

    private int slice(double distance) {
        return (int) Math.round(distance / unit);
    }

    private double[][] slices(CrossTerms.Members members, double[] field, int n, int column, boolean two) {
        double[][] sums = new double[2][size];
        for (int i = 0; i < members.vertices().length; i++) {
            int at = members.vertices()[i] * n + column;
            int slice = slices - 1 - slice(members.distances()[i]);
            sums[0][slice] += field[at];
            sums[1][slice] += two ? field[at + 1] : 0;
        }
        Fourier.forward(sums, size);
        return sums;
    }

    private double[][] spectrum(double gap) {
        double[][] h = new double[2][size];
        for (int r = 0; r < 2 * slices - 1; r++) {
            h[0][r] = f.applyAsDouble(unit * r + gap);
        }
        Fourier.forward(h, size);
        return h;
    }

    private static void addProduct(double[][] x, double[][] y, double[]... sums) {
        for (int i = 0; i < x[0].length; i++) {
            sums[0][i] += x[0][i] * y[0][i] - x[1][i] * y[1][i];
            sums[1][i] += x[0][i] * y[1][i] + x[1][i] * y[0][i];
        }
    }
}
