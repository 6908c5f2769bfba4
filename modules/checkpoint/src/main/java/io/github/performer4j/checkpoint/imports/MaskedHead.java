package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import java.util.List;

/**
 * The head that BERT's relatives predict masked tokens by: {@code softmax(norm(f(x W + b)) Tᵀ + c)}, T as a rule the table of tokens. The head here has a table of its own, which begins as that.
 */
public final class MaskedHead {
    private MaskedHead() {}

    /**
     * Names of the tensors.
     *
     * @param dense module of W and b
     * @param norm module of gain and bias
     * @param table T, where the file has it apart from the table of tokens
     * @param bias c
     */
    public record Names(String dense, String norm, String table, String bias) {}

    /**
     * Which biases there are.
     *
     * @param dense b
     * @param norm the norm's
     * @param output c
     */
    public record Biases(boolean dense, boolean norm, boolean output) {
        /** All of them, as in BERT. */
        public static final Biases ALL = new Biases(true, true, true);
    }

    /**
     * Adds the head to a blueprint.
     *
     * @param tokens name of the table of tokens
     * @param rows of the table
     * @param width E
     * @param activation f
     */
    public static void add(
            Blueprint.Builder builder,
            Weights weights,
            Names names,
            String tokens,
            int rows,
            int width,
            String activation) {
        add(builder, weights, names, Biases.ALL, tokens, rows, width, activation);
    }

    /** Adds a head that may lack biases; see {@link #add(Blueprint.Builder, Weights, Names, String, int, int, String)}. */
    public static void add(
            Blueprint.Builder builder,
            Weights weights,
            Names names,
            Biases biases,
            String tokens,
            int rows,
            int width,
            String activation) {
        boolean former = weights.tensor(names.norm() + ".gamma") != null; // files of the first years
        boolean biased = biases.dense() || biases.norm();
        builder.set("head.transform", activation)
                .set("head.transformBias", biased)
                .dense("head-transform_W", names.dense() + ".weight", width, width)
                .vector("head-transform_gain", names.norm() + (former ? ".gamma" : ".weight"), width)
                .part(
                        "head_W",
                        weights.tensor(names.table()) == null ? tokens : names.table(),
                        List.of((long) rows, (long) width),
                        Term.Layout.TURNED,
                        0)
                .leaveOut(".*decoder\\.bias", "the same as the head's bias");
        if (biased) {
            builder.bias("head-transform_b", names.dense() + ".bias", width, biases.dense())
                    .bias("head-transform_bias", names.norm() + (former ? ".beta" : ".bias"), width, biases.norm());
        }
        builder.bias("head_b", names.bias(), rows, biases.output());
    }
}
