package io.github.performer4j.kernels.graph;

import io.github.performer4j.kernels.mask.Fields;
import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.MaskFactors;
import io.github.performer4j.kernels.mask.SparseColumns;
import java.util.Arrays;
import java.util.Optional;

/** The mask K = Φ Φ'ᵀ of a graph kernel with given weights of lengths, by two sparse products: {@code K x = Φ(Φ'ᵀ x)}. Its parameters are the weights f, [L]. */
final class FactorMask implements Mask, MaskFactors {
    private final int nodes;
    private final FactorColumns ofLeft;
    private final FactorColumns ofRight;
    private final SparseColumns left; // Φ
    private final SparseColumns right; // Φ'

    /**
     * Mixes the factors.
     *
     * @param f holds the weights [L] from {@code at} on
     */
    FactorMask(FactorColumns left, FactorColumns right, double[] f, int at) {
        nodes = left.nodes();
        ofLeft = left;
        ofRight = right;
        this.left = left.mix(f, at);
        this.right = right.mix(f, at);
    }

    @Override
    public int size() {
        return nodes;
    }

    @Override
    public int parameters() {
        return ofLeft.lengths();
    }

    @Override
    public Optional<MaskFactors> factors() {
        return Optional.of(this);
    }

    @Override
    public SparseColumns left() {
        return left;
    }

    @Override
    public SparseColumns right() {
        return right;
    }

    @Override
    public void addDerivatives(double[] dLeft, double[] dRight, double[] dParameters) {
        ofLeft.addDerivatives(dLeft, dParameters);
        ofRight.addDerivatives(dRight, dParameters);
    }

    @Override
    public double[] square() {
        double[] k = new double[Math.multiplyExact(nodes, nodes)];
        for (int u = 0; u < nodes; u++) {
            for (int a = left.starts()[u]; a < left.starts()[u + 1]; a++) {
                for (int b = right.starts()[u]; b < right.starts()[u + 1]; b++) {
                    k[left.rows()[a] * nodes + right.rows()[b]] += left.weights()[a] * right.weights()[b];
                }
            }
        }
        return k;
    }

    @Override
    public void differentiate(double[] dK, double[] dParameters) {
        Fields.require(nodes, nodes, dK);
        double[] dLeft = new double[left.entries()];
        double[] dRight = new double[right.entries()];
        for (int u = 0; u < nodes; u++) {
            for (int a = left.starts()[u]; a < left.starts()[u + 1]; a++) {
                for (int b = right.starts()[u]; b < right.starts()[u + 1]; b++) {
                    double d = dK[left.rows()[a] * nodes + right.rows()[b]];
                    dLeft[a] += right.weights()[b] * d;
                    dRight[b] += left.weights()[a] * d;
                }
            }
        }
        addDerivatives(dLeft, dRight, dParameters);
    }

    @Override
    public void times(double[] x, int n, double[] y) {
        Fields.require(size(), n, x, y);
        Arrays.fill(y, 0);
        double[] z = new double[n];
        for (int u = 0; u < nodes; u++) {
            gather(right, u, x, n, z);
            scatter(left, u, z, n, y);
        }
    }

    /** {@code z = Σ_j Φ'_ju x_j}, or of Φ. */
    private static void gather(SparseColumns from, int u, double[] x, int n, double[] z) {
        Arrays.fill(z, 0);
        for (int e = from.starts()[u]; e < from.starts()[u + 1]; e++) {
            Fields.add(from.weights()[e], x, from.rows()[e], z, 0, n);
        }
    }

    private static void scatter(SparseColumns to, int u, double[] z, int n, double[] y) {
        for (int e = to.starts()[u]; e < to.starts()[u + 1]; e++) {
            Fields.add(to.weights()[e], z, 0, y, to.rows()[e], n);
        }
    }

    @Override
    public void backward(double[] x, double[] error, int n, double[] y, double[] dx, double[] dParameters) {
        Fields.require(size(), n, x, error, y, dx);
        double[] z = new double[n];
        double[] dz = new double[n];
        double[] dLeft = new double[left.entries()];
        double[] dRight = new double[right.entries()];
        Arrays.fill(y, 0);
        Arrays.fill(dx, 0);
        for (int u = 0; u < nodes; u++) {
            gather(right, u, x, n, z);
            scatter(left, u, z, n, y);
            gather(left, u, error, n, dz);
            scatter(right, u, dz, n, dx);
            for (int e = left.starts()[u]; e < left.starts()[u + 1]; e++) {
                dLeft[e] = Fields.dot(error, left.rows()[e], z, 0, n);
            }
            for (int e = right.starts()[u]; e < right.starts()[u + 1]; e++) {
                dRight[e] = Fields.dot(x, right.rows()[e], dz, 0, n);
            }
        }
        addDerivatives(dLeft, dRight, dParameters);
    }
}
