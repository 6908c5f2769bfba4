package io.github.performer4j.kernels.mask;

import java.util.Arrays;

/**
 * The mask of a tree, {@code K_uv = e^{−λ dist(u,v)}}, and 0 between trees, by two sweeps in O(N·n).
 *
 * <p>With {@code a_c = e^{−λ w_c}}, w_c the length from c to its parent: from leaves to roots {@code U_v = x_v + Σ_{children c} a_c U_c}; from roots to leaves
 * {@code S_c = a_c S_{parent} + (1 − a_c²) U_c}, S = U at a root; {@code K x = S}. No term is subtracted, so a field that is not negative stays so. K is positive semidefinite. Its one
 * parameter is λ; {@code dK/dλ} comes from the same sweeps backward. Source: From block-Toeplitz matrices to differential equations on graphs (arXiv 2107.07999).
 */
public final class TreeMask implements Mask {
    private final Tree tree;
    private final double[] factor; // a_c
    private final double[] rest; // 1 − a_c²

    /**
     * Makes the mask.
     *
     * @param rate λ
     * @throws IllegalArgumentException if λ is negative or not finite
     */
    public TreeMask(Tree tree, double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the rate must be finite and not negative; rate=" + rate);
        }
        this.tree = tree;
        factor = new double[tree.nodes()];
        rest = new double[tree.nodes()];
        for (int v = 0; v < tree.nodes(); v++) {
            boolean root = tree.parent(v) < 0;
            factor[v] = root ? 0 : Math.exp(-rate * tree.length(v));
            rest[v] = root ? 1 : -Math.expm1(-2 * rate * tree.length(v));
        }
    }

    @Override
    public int size() {
        return tree.nodes();
    }

    @Override
    public int parameters() {
        return 1;
    }

    @Override
    public void times(double[] x, int n, double[] y) {
        Fields.require(size(), n, x, y);
        spread(up(x, n), n, y);
    }

    private double[] up(double[] x, int n) {
        double[] u = x.clone();
        for (int p = size() - 1; p >= 0; p--) {
            int c = tree.ordered(p);
            if (tree.parent(c) >= 0) {
                Fields.add(factor[c], u, c, u, tree.parent(c), n);
            }
        }
        return u;
    }

    private void spread(double[] u, int n, double[] s) {
        Arrays.fill(s, 0);
        for (int p = 0; p < size(); p++) {
            int c = tree.ordered(p);
            Fields.add(rest[c], u, c, s, c, n);
            if (tree.parent(c) >= 0) {
                Fields.add(factor[c], s, tree.parent(c), s, c, n);
            }
        }
    }

    @Override
    public void backward(double[] x, double[] error, int n, double[] y, double[] dx, double[] dParameters) {
        Fields.require(size(), n, x, error, y, dx);
        double[] u = up(x, n);
        spread(u, n, y);
        double[] ds = up(error, n); // the derivative with respect to S sweeps as U does
        double[] slope = new double[size()]; // with respect to a_c
        Arrays.fill(dx, 0);
        for (int p = 0; p < size(); p++) {
            int c = tree.ordered(p);
            int above = tree.parent(c);
            Fields.add(rest[c], ds, c, dx, c, n);
            if (above >= 0) {
                slope[c] = Fields.dot(ds, c, y, above, n)
                        - 2 * factor[c] * Fields.dot(ds, c, u, c, n)
                        + Fields.dot(dx, above, u, c, n);
                Fields.add(factor[c], dx, above, dx, c, n);
            }
        }
        for (int v = 0; v < size(); v++) {
            dParameters[0] -= tree.length(v) * factor[v] * slope[v];
        }
    }
}
