package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.field.DiffusionMask;
import io.github.performer4j.kernels.field.PointRows;
import io.github.performer4j.kernels.field.PointSpectrum;
import io.github.performer4j.kernels.field.PointWeights;

/**
 * Diffusion over points (RFD, {@link DiffusionMask}), {@code e^{λW}} with the rate λ, by estimated weights.
 *
 * @param points how weights are estimated
 * @param width of rows, 1 + d; 0 as long as it is not known
 */
record PointMasks(NodeMask.Points points, int width) implements MaskKind {
    /** λ of the first and the last head. */
    private static final double LEAST = 0.01;

    private static final double GREATEST = 0.1;

    @Override
    public int parameters() {
        return 1;
    }

    @Override
    public boolean logarithms() {
        return true;
    }

    @Override
    public double[] begin(int head, int heads) {
        return new double[] {MaskKind.rate(LEAST, GREATEST, head, heads)};
    }

    @Override
    public boolean estimated() {
        return true;
    }

    @Override
    public boolean costly() {
        return true;
    }

    @Override
    public Reader read(double[] numbers, int offset, int rows, int places) {
        double[][] all = PointRows.read(numbers, offset, rows, places, width);
        PointWeights weights = new PointWeights(points.weights(), points.width());
        PointSpectrum spectrum = new PointSpectrum(all, weights, points.frequencies(), points.seed());
        return (parameters, at) -> new DiffusionMask(spectrum, parameters[at]);
    }
}
