package io.github.performer4j.kernels.layer;

/**
 * One step of Adam with decoupled weight decay as float32 constants: {@code p −= size · m/(root · √v + ε) + shrink · p}, where size is
 * {@code rate/(1 − β₁ᵗ)} and root {@code 1/√(1 − β₂ᵗ)}.
 *
 * @param beta1 β₁
 * @param rest1 1 − β₁
 * @param beta2 β₂
 * @param rest2 1 − β₂
 * @param size rate corrected for the first moment's start at 0
 * @param root factor of √v, corrected for its start at 0
 * @param epsilon ε
 * @param shrink rate · decay
 */
public record AdamWStep(
        float beta1, float rest1, float beta2, float rest2, float size, float root, float epsilon, float shrink) {

    /**
     * Computes the constants of a step.
     *
     * @param step number of the step, counted from 1
     * @throws IllegalArgumentException if the step is not positive or there are no options
     */
    public static AdamWStep of(AdamW options, long step, float rate) {
        if (options == null || step < 1) {
            throw new IllegalArgumentException(
                    "options must be given and steps counted from 1; options=" + options + ", step=" + step);
        }
        return new AdamWStep(
                (float) options.beta1(),
                (float) (1 - options.beta1()),
                (float) options.beta2(),
                (float) (1 - options.beta2()),
                (float) (rate / (1 - Math.pow(options.beta1(), step))),
                (float) (1 / Math.sqrt(1 - Math.pow(options.beta2(), step))),
                (float) options.epsilon(),
                (float) (rate * options.decay()));
    }

    /** Returns what a parameter is reduced by, without decay, from the new moments. */
    public float change(float m, float v) {
        return size * m / (root * (float) Math.sqrt(v) + epsilon);
    }

    /** Returns what a parameter is reduced by, with decay, from the new moments. */
    public float change(float p, float m, float v) {
        return change(m, v) + shrink * p;
    }
}
