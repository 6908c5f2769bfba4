package io.github.performer4j.kernels.graph;

/** Weights f of the lengths of walks, and the kernel {@code Σ_k α_k W^k} that graph random features with them stand for: α = f ∗ f, the discrete convolution. */
public final class Modulation {
    private Modulation() {}

    /**
     * Returns f of the diffusion kernel: {@code f_l = (λ/2)^l / l!}, so that {@code Σ_k α_k W^k} is e^{λW} up to W^{L−1}; further powers are there in part.
     *
     * @param rate λ, the time of diffusion
     * @param lengths L
     * @return [L]
     * @throws IllegalArgumentException if the rate is not positive and finite, or there are no lengths
     */
    public static double[] diffusion(double rate, int lengths) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY) || lengths < 1) {
            throw new IllegalArgumentException("the rate of diffusion must be positive and finite, and so must lengths;"
                    + " rate=" + rate + ", lengths=" + lengths);
        }
        double[] f = new double[lengths];
        f[0] = 1;
        for (int l = 1; l < lengths; l++) {
            f[l] = f[l - 1] * rate / (2 * l);
        }
        return f;
    }

    /**
     * Returns α = f ∗ f: {@code α_k = Σ_{a+b=k} f_a f_b}, [2L − 1].
     *
     * @param f [L]
     */
    public static double[] kernel(double... f) {
        double[] alpha = new double[2 * f.length - 1];
        for (int a = 0; a < f.length; a++) {
            for (int b = 0; b < f.length; b++) {
                alpha[a + b] += f[a] * f[b];
            }
        }
        return alpha;
    }
}
