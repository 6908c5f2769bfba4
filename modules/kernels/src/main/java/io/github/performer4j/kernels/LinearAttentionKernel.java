package io.github.performer4j.kernels;

/** Not built yet. */
final class LinearAttentionKernel {
    LinearAttentionKernel(Parallel parallel, AttentionElements elements) {}

    long saved(LinearAttentionSpec spec) {
        throw new UnsupportedOperationException("not built yet");
    }

    long forward(LinearAttentionSpec spec, Heads out, FloatBlock saved) {
        throw new UnsupportedOperationException("not built yet");
    }

    void backward(LinearAttentionSpec spec, Heads out, FloatBlock saved, Heads error, Heads dq, Heads dk, Heads dv) {
        throw new UnsupportedOperationException("not built yet");
    }
}
