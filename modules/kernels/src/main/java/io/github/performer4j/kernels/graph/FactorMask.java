package io.github.performer4j.kernels.graph;

import io.github.performer4j.kernels.mask.Fields;
import io.github.performer4j.kernels.mask.Mask;
import java.util.Arrays;

/** The mask K = Φ Φ'ᵀ of a graph kernel with given weights of lengths, by two sparse products: {@code K x = Φ(Φ'ᵀ x)}. Its parameters are the weights f, [L]. */
final class FactorMask implements Mask {
    private final GraphEntries entries;
    private final int[] usedLeft;
    private final int[] usedRight;
    private final double[] left; // Φ at each place
    private final double[] right;

    /**
     * Mixes the factors.
     *
     * @param usedLeft places at which C has values
     * @param f holds the weights [L] from {@code at} on
     */
    FactorMask(GraphEntries entries, int[] usedLeft, int[] usedRight, double[] f, int at) {
        this.entries = entries;
        this.usedLeft = usedLeft;
        this.usedRight = usedRight;
        left = entries.mix(entries.left(), f, at);
        right = entries.mix(entries.right(), f, at);
    }

    @Override
    public int size() {
        return entries.nodes();
    }

    @Override
    public int parameters() {
        return entries.channels();
    }

    @Override
    public void times(double[] x, int n, double[] y) {
        Fields.require(size(), n, x, y);
        double[] z = new double[x.length];
        products(x, n, z, y);
    }

    private void products(double[] x, int n, double[] z, double[] y) {
        for (int p : usedRight) {
            Fields.add(right[p], x, entries.row()[p], z, entries.column()[p], n);
        }
        Arrays.fill(y, 0);
        for (int p : usedLeft) {
            Fields.add(left[p], z, entries.column()[p], y, entries.row()[p], n);
        }
    }

    @Override
    public void backward(double[] x, double[] error, int n, double[] y, double[] dx, double[] dParameters) {
        Fields.require(size(), n, x, error, y, dx);
        double[] z = new double[x.length];
        double[] dz = new double[x.length];
        products(x, n, z, y);
        double[] dLeft = new double[entries.places()];
        double[] dRight = new double[entries.places()];
        for (int p : usedLeft) {
            int row = entries.row()[p];
            int column = entries.column()[p];
            dLeft[p] = Fields.dot(error, row, z, column, n);
            Fields.add(left[p], error, row, dz, column, n);
        }
        Arrays.fill(dx, 0);
        for (int p : usedRight) {
            int row = entries.row()[p];
            int column = entries.column()[p];
            dRight[p] = Fields.dot(x, row, dz, column, n);
            Fields.add(right[p], dz, column, dx, row, n);
        }
        int lengths = entries.channels();
        for (int p = 0; p < entries.places(); p++) {
            for (int l = 0; l < lengths; l++) {
                dParameters[l] += dLeft[p] * entries.left()[p * lengths + l];
                dParameters[l] += dRight[p] * entries.right()[p * lengths + l];
            }
        }
    }
}
