package io.github.performer4j.kernels;

/** Not built yet. */
final class ExactAttentionKernel {
    ExactAttentionKernel(Parallel parallel, AttentionElements elements) {}

    long saved(ExactAttentionSpec spec) {
        throw new UnsupportedOperationException("not built yet");
    }

    void forward(ExactAttentionSpec spec, Heads out, FloatBlock saved) {
        throw new UnsupportedOperationException("not built yet");
    }

    void backward(ExactAttentionSpec spec, Heads out, FloatBlock saved, Heads error, Heads dq, Heads dk, Heads dv) {
        throw new UnsupportedOperationException("not built yet");
    }
}
