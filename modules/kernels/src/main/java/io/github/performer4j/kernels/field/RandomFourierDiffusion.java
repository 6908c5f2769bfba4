package io.github.performer4j.kernels.field;

/**
 * Diffusion over a cloud of points by random Fourier features (RFD), {@code K = e^{λW}} with {@code W_xy = w(x − y)} off the diagonal and 0 on it: O(N·m²) time once, O(N·m·n) for a field,
 * and neither W nor a graph.
 *
 * <p>It is {@link DiffusionMask} over {@link PointSpectrum}: {@code W + I ≈ A Aᵀ}, its diagonal exactly 1, and e^{λAAᵀ} by eigenvalues, so nothing is inverted. The
 * estimate of e^{λW} is not unbiased; its error is that of W's weights, O(m^-½). It may be negative where K is small. Source: arXiv 2302.00942, with weights that have such a density.
 */
public final class RandomFourierDiffusion implements FieldIntegrator {
    private final PointSpectrum spectrum;
    private final DiffusionMask kernel;

    /**
     * Draws frequencies and prepares the kernel.
     *
     * @param points [N][d]
     * @param weights w: hat or Gaussian
     * @param rate λ
     * @param frequencies m
     * @param seed names the draws; each coordinate of each frequency has its own
     * @throws IllegalArgumentException if weights are boxes, there are no frequencies, or an entry, up to e^{λ(e − 1)}, is above
     *     e^80, see {@link DiffusionMask}
     */
    public RandomFourierDiffusion(double[][] points, PointWeights weights, double rate, int frequencies, long seed) {
        spectrum = new PointSpectrum(points, weights, frequencies, seed);
        kernel = new DiffusionMask(spectrum, rate);
    }

    @Override
    public int vertices() {
        return spectrum.points();
    }

    /** Returns the estimate of a weight of two points, {@code (A Aᵀ)_vw}. */
    public double weight(int v, int w) {
        return spectrum.weight(v, w);
    }

    @Override
    public double[] integrate(double[] field, int n) {
        FieldIntegrator.require(field, n, vertices());
        double[] sums = new double[field.length];
        kernel.times(field, n, sums);
        return sums;
    }
}
