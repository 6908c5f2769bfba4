package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.kernels.exact.OffsetBias;
import java.util.List;

/** Fixed decay as exact attention has it, {@code −a_h |Δ|} added to scores; 0 of heads that do not decay. It has no parameters. */
record DecayBias(List<Double> rates, int queries, int keys) implements OffsetBias {

    /** Returns the bias of some options; null without decay. */
    static DecayBias of(AttentionOptions options, int queries, int keys) {
        return options.decay() == null ? null : new DecayBias(options.decay().rates(options.heads()), queries, keys);
    }

    @Override
    public float[] of(int head) {
        float[] bias = new float[queries + keys - 1];
        double rate = head < rates.size() ? rates.get(head) : 0;
        for (int u = 0; u < bias.length; u++) {
            bias[u] = (float) (-rate * Math.abs(u - keys + 1));
        }
        return bias;
    }

    @Override
    public boolean learned() {
        return false; // slopes are fixed
    }

    @Override
    public void derivative(int item, int head, double... derivatives) {
        throw new IllegalStateException("fixed slopes have no derivatives; head=" + head);
    }
}
