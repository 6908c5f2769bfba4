package io.github.performer4j.gpu.verify;

/** Adam as it is defined (arXiv 1412.6980, algorithm 1, with ε over {@code √(1 − β₂ᵗ)}), behind a gradient that is clipped by its norm. */
final class AdamFormula {
    private final float[] first;
    private final float[] second;

    AdamFormula(int length) {
        first = new float[length];
        second = new float[length];
    }

    /** Updates parameters in place. */
    void update(float[] parameters, float[] gradient, int iteration, double rate, double clipNorm) {
        double norm = 0;
        for (float g : gradient) {
            norm += (double) g * g;
        }
        norm = Math.sqrt(norm);
        double factor = norm > clipNorm ? clipNorm / norm : 1;
        double m = 1 - Math.pow(VerifyModel.BETA1, iteration + 1.0);
        double v = 1 - Math.pow(VerifyModel.BETA2, iteration + 1.0);
        double epsilon = VerifyModel.EPSILON / Math.sqrt(v);
        for (int i = 0; i < parameters.length; i++) {
            double g = factor * gradient[i];
            first[i] = (float) (VerifyModel.BETA1 * first[i] + (1 - VerifyModel.BETA1) * g);
            second[i] = (float) (VerifyModel.BETA2 * second[i] + (1 - VerifyModel.BETA2) * g * g);
            parameters[i] -= (float) (rate * (first[i] / m) / (Math.sqrt(second[i] / v) + epsilon));
        }
    }
}
