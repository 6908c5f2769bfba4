package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.mask.Fields;
import io.github.performer4j.kernels.mask.Mask;

/**
 * The mask of distances over a graph, {@code K_uv = e^{−λ dist(u,v)}}, dist the length of a shortest path, and 0 where none leads, by separator factorisation: as far as {@link SeparatorIntegrator}
 * is exact, so is it. No entry is negative, and those of the diagonal are 1. Its one parameter is λ; {@code dK/dλ = −dist e^{−λ dist}} is computed as K is, with the same distances. Source: arXiv
 * 2302.00942.
 */
public final class PathMask implements Mask {
    private final SeparatorTree tree;
    private final double rate;
    private volatile SeparatorIntegrator slope; // made where derivatives are asked for; another would be equal
    private final SeparatorIntegrator kernel;

    /**
     * Makes the mask.
     *
     * @param rate λ
     * @throws IllegalArgumentException if λ is negative or not finite
     */
    public PathMask(SeparatorTree tree, double rate) {
        this.tree = tree;
        this.rate = rate;
        kernel = SeparatorIntegrator.exponential(tree, rate);
    }

    @Override
    public int size() {
        return tree.vertices();
    }

    @Override
    public int parameters() {
        return 1;
    }

    @Override
    public void times(double[] x, int n, double[] y) {
        Fields.require(size(), n, x, y);
        System.arraycopy(kernel.integrate(x, n), 0, y, 0, y.length);
    }

    @Override
    public void backward(double[] x, double[] error, int n, double[] y, double[] dx, double[] dParameters) {
        Fields.require(size(), n, x, error, y, dx);
        times(x, n, y);
        times(error, n, dx); // K is symmetric
        double[] slope = slope().integrate(x, n);
        for (int i = 0; i < slope.length; i++) {
            dParameters[0] += error[i] * slope[i];
        }
    }

    private SeparatorIntegrator slope() {
        SeparatorIntegrator made = slope;
        if (made == null) {
            made = SeparatorIntegrator.slope(tree, rate);
            slope = made;
        }
        return made;
    }
}
