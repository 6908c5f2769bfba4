package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.memory.Matrix;

/** The {@link OffsetBias} of one head in blocks of scores: query t and the i-th visible key, at the place p_i, are at the offset {@code p_i − (t + Tk − Tq)}, so b has the index {@code p_i − t + Tq − 1}. */
final class BiasRows {
    private final float[] bias; // [Tq + Tk − 1]
    private final double[] gradient; // null in a forward pass, and where nothing is learned
    private final VisibleKeys keys;
    private final int queries;
    private final float[] row = new float[ExactForward.KEYS];

    private BiasRows(float[] bias, double[] gradient, VisibleKeys keys, int queries) {
        this.bias = bias;
        this.gradient = gradient;
        this.keys = keys;
        this.queries = queries;
    }

    /** Returns those of a head; null without a bias. */
    static BiasRows of(ExactAttentionSpec spec, VisibleKeys keys, int head, boolean backward) {
        if (spec.bias() == null) {
            return null;
        }
        float[] bias = spec.bias().of(head);
        int wanted = spec.q().tokens() + spec.k().tokens() - 1;
        if (bias.length != wanted) {
            throw new IllegalArgumentException(
                    "a bias must have a number for each offset; offsets=" + wanted + ", bias=" + bias.length);
        }
        return new BiasRows(
                bias,
                backward && spec.bias().learned() ? new double[wanted] : null,
                keys,
                spec.q().tokens());
    }

    private int index(int query, int key) {
        return keys.place(key) - query + queries - 1;
    }

    /** Writes b over a block of scores of queries from {@code query} on and visible keys from {@code key} on. */
    void fill(Matrix s, int query, int key) {
        for (int r = 0; r < s.rows(); r++) {
            for (int c = 0; c < s.columns(); c++) {
                row[c] = bias[index(query + r, key + c)];
            }
            s.block().write(s.at(r), row, 0, s.columns());
        }
    }

    /** Adds the derivatives of a block of scores, 0 at keys that are not seen; nothing where nothing is learned. */
    void add(Matrix ds, int query, int key) {
        if (gradient == null) {
            return;
        }
        for (int r = 0; r < ds.rows(); r++) {
            ds.block().read(ds.at(r), row, 0, ds.columns());
            for (int c = 0; c < ds.columns(); c++) {
                gradient[index(query + r, key + c)] += row[c];
            }
        }
    }

    /** Returns the sums; null where nothing is learned. */
    double[] gradient() {
        return gradient;
    }
}
