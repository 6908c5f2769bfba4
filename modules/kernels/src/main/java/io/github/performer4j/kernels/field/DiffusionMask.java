package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.mask.Fields;
import io.github.performer4j.kernels.mask.Mask;

/**
 * The mask of diffusion over a cloud of points, {@code K = e^{λW}}, W the weights of its points without the diagonal, as {@link PointSpectrum} estimates them (RFD): {@code W = B Bᵀ − I} with
 * {@code Bᵀ B = diag(e)}, and so {@code K x = e^{−λ} (x + B diag(g) Bᵀ x)}, {@code g = (e^{λe} − 1)/e}. O(N·m·n), neither W nor a graph.
 *
 * <p>It is an estimate, with errors of O(m^-½) on W, and may be negative where K is small: see {@link #estimated}. Its one parameter is λ, {@code dK/dλ = W K}. Source: arXiv 2302.00942.
 */
public final class DiffusionMask implements Mask {
    /** The logarithm of the largest entry, at most: attention has its sums, and one over them, in float32. */
    private static final double LARGEST = 80;

    private final PointSpectrum spectrum;
    private final double scale; // e^{−λ}
    private final double[] middle; // g
    private final double[] slope; // dg/dλ = e^{λe}

    /**
     * Makes the mask.
     *
     * @param rate λ
     * @throws IllegalArgumentException if λ is not finite, or an entry, up to e^{λ(e − 1)}, is above e^80
     */
    public DiffusionMask(PointSpectrum spectrum, double rate) {
        if (!Double.isFinite(rate)) {
            throw new IllegalArgumentException("the rate must be finite; rate=" + rate);
        }
        this.spectrum = spectrum;
        scale = Math.exp(-rate);
        double[] e = spectrum.values();
        middle = new double[e.length];
        slope = new double[e.length];
        for (int r = 0; r < e.length; r++) {
            slope[r] = Math.exp(rate * e[r]);
            middle[r] = Math.abs(e[r]) < 1e-300 ? rate : Math.expm1(rate * e[r]) / e[r];
            if (!(rate * (e[r] - 1) < LARGEST)) {
                throw new IllegalArgumentException(
                        "the exponential must stay finite in float32: a smaller rate, or smaller weights; rate=" + rate
                                + ", largest eigenvalue of weights=" + e[e.length - 1]);
            }
        }
    }

    @Override
    public int size() {
        return spectrum.points();
    }

    @Override
    public int parameters() {
        return 1;
    }

    @Override
    public boolean estimated() {
        return true;
    }

    @Override
    public void times(double[] x, int n, double[] y) {
        Fields.require(size(), n, x, y);
        product(x, spectrum.down(x, n), n, y);
    }

    private void product(double[] x, double[] small, int n, double[] y) {
        double[] mixed = small.clone();
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] *= middle[i / n];
        }
        double[] sums = spectrum.up(mixed, n);
        for (int i = 0; i < sums.length; i++) {
            y[i] = scale * (sums[i] + x[i]);
        }
    }

    @Override
    public void backward(double[] x, double[] error, int n, double[] y, double[] dx, double[] dParameters) {
        Fields.require(size(), n, x, error, y, dx);
        double[] ofX = spectrum.down(x, n);
        double[] ofError = spectrum.down(error, n);
        product(x, ofX, n, y);
        product(error, ofError, n, dx); // K is symmetric
        double sum = 0;
        for (int i = 0; i < ofX.length; i++) {
            sum += slope[i / n] * ofX[i] * ofError[i];
        }
        sum *= scale;
        for (int i = 0; i < y.length; i++) {
            sum -= error[i] * y[i];
        }
        dParameters[0] += sum;
    }
}
