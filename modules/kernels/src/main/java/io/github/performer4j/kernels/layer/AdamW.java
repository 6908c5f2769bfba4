package io.github.performer4j.kernels.layer;

/**
 * Constants of Adam with decoupled weight decay.
 *
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment, positive
 * @param decay weight decay per unit of learning rate, not negative
 */
public record AdamW(double beta1, double beta2, double epsilon, double decay) {
    public AdamW {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
            throw new IllegalArgumentException("betas must be in [0, 1); beta1=" + beta1 + ", beta2=" + beta2);
        }
        if (!(epsilon > 0) || !(decay >= 0)) {
            throw new IllegalArgumentException(
                    "epsilon must be positive and decay not negative; epsilon=" + epsilon + ", decay=" + decay);
        }
    }
}
