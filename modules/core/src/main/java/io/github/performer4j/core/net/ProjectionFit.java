package io.github.performer4j.core.net;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.memory.Matrix;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A projection W [draws,D] that moves by Adam's steps (arXiv 1412.6980), β 0.9 and 0.99, and the linear attention that it makes. */
final class ProjectionFit {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final double EPSILON = 1e-9;

    private final AttentionOptions options;
    private final Matrix w;
    private final double[] mean;
    private final double[] square;
    private int steps;

    ProjectionFit(AttentionOptions options, INDArray w) {
        this.options = options;
        this.w = Matrix.allocate((int) w.size(0), (int) w.size(1));
        for (int r = 0; r < this.w.rows(); r++) {
            for (int c = 0; c < this.w.columns(); c++) {
                this.w.set(r, c, w.getFloat(r, c));
            }
        }
        mean = new double[this.w.rows() * this.w.columns()];
        square = new double[mean.length];
    }

    /** Returns linear attention of the same queries, keys and values. */
    LinearAttentionSpec spec(ExactAttentionSpec exact) {
        return new LinearAttentionSpec(
                exact.q(),
                exact.k(),
                exact.v(),
                exact.mask(),
                options.featureMap()
                        .featureKernel(exact.q().size(), options.features())
                        .orElseThrow(() -> new IllegalArgumentException(
                                "features are fitted on kernels, which do not know the map; featureMap="
                                        + options.featureMap())),
                w,
                exact.causal());
    }

    /** Moves W against its gradient, which is scale · dw. */
    void step(double rate, Matrix dw, double scale) {
        steps++;
        double corrected = rate * Math.sqrt(1 - Math.pow(BETA2, steps)) / (1 - Math.pow(BETA1, steps));
        for (int i = 0; i < mean.length; i++) {
            int r = i / w.columns();
            int c = i % w.columns();
            double g = scale * dw.get(r, c);
            mean[i] += (1 - BETA1) * (g - mean[i]);
            square[i] += (1 - BETA2) * (g * g - square[i]);
            w.set(r, c, (float) (w.get(r, c) - corrected * mean[i] / (Math.sqrt(square[i]) + EPSILON)));
        }
    }

    /** Writes W. */
    void write(INDArray to) {
        for (int r = 0; r < w.rows(); r++) {
            for (int c = 0; c < w.columns(); c++) {
                to.putScalar(r, c, w.get(r, c));
            }
        }
    }
}
