package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.math.Scalar;
import io.github.performer4j.kernels.memory.Matrix;

/** Softmax and its cross-entropy in plain Java, row by row in place. */
final class PlainLoss {
    /** Exponents below this give 0. */
    private static final float LOWEST = -87.3f;

    private PlainLoss() {}

    static void softmax(Matrix x) {
        LayerShapes.given("x", x);
        for (int r = 0; r < x.rows(); r++) {
            double sum = exponentials(x, r, maximum(x, r));
            scale(x, r, (float) (1 / sum));
        }
    }

    static double crossEntropy(Matrix logits, int[] labels, int firstLabel, float weight) {
        LayerShapes.crossEntropy(logits, labels, firstLabel);
        double loss = 0;
        for (int r = 0; r < logits.rows(); r++) {
            int label = labels[firstLabel + r];
            if (label < 0) {
                PlainRows.fill(logits.rows(r, r + 1), 0);
                continue;
            }
            float top = maximum(logits, r);
            double gap = (double) top - logits.get(r, label);
            double sum = exponentials(logits, r, top);
            loss += Math.log(sum) + gap;
            scale(logits, r, (float) (weight / sum));
            logits.set(r, label, logits.get(r, label) - weight);
        }
        return loss;
    }

    private static float maximum(Matrix x, int r) {
        float top = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < x.columns(); i++) {
            top = Math.max(top, x.get(r, i));
        }
        return top;
    }

    private static double exponentials(Matrix x, int r, float top) {
        double sum = 0;
        for (int i = 0; i < x.columns(); i++) {
            float z = x.get(r, i) - top;
            float e = z < LOWEST ? 0 : Scalar.exp(z);
            x.set(r, i, e);
            sum += e;
        }
        return sum;
    }

    private static void scale(Matrix x, int r, float factor) {
        for (int i = 0; i < x.columns(); i++) {
            x.set(r, i, x.get(r, i) * factor);
        }
    }
}
