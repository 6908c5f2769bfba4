package io.github.performer4j.gpu.program;

import io.github.performer4j.kernels.math.Activation;

/** Activations as the kernels know them. */
final class Activations {
    private Activations() {}

    /** Returns the kind: GELU, ReLU, or a sigmoid's. */
    static int kind(Activation f) {
        return f.sigmoid() ? 2 : f == Activation.GELU ? 0 : 1;
    }
}
