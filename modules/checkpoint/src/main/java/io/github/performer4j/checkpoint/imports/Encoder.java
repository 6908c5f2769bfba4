package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.program.TokenContext;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.util.List;

/**
 * A post-norm encoder with learned positions, as BERT is one (arXiv 1810.04805): {@code x_t = norm(W_token + P_t + W_type)}, then blocks, each {@code y = norm1(x + attend(x))}, {@code out =
 * norm2(y + ff(y))}.
 *
 * <p>Tokens of the second of two texts are of type 1, if the tokenizer gives it them and there are two types; else all are of type 0, whose row is added to the positions. The model is taken for its vectors, or with its head for masked tokens ({@link MaskedHead}).
 *
 * @param names of the tensors
 * @param width E
 * @param layers number of blocks
 * @param heads H
 * @param hidden F
 * @param positions rows of the table of positions
 * @param skipped rows at its beginning that stand for no place: 2 in RoBERTa
 * @param rows of the table of tokens
 * @param types rows of the table of types
 * @param epsilon ε of the norms
 * @param dropout of embeddings and residual branches
 * @param feedForward its kind
 */
record Encoder(
        EncoderNames names,
        int width,
        int layers,
        int heads,
        int hidden,
        int positions,
        int skipped,
        int rows,
        int types,
        double epsilon,
        double dropout,
        String feedForward) {

    /** Reads the keys that BERT and RoBERTa share. */
    static Encoder bert(ForeignConfig config, int skipped) throws IOException {
        config.require("position_embedding_type", "absolute");
        config.require("is_decoder", "false");
        config.require("add_cross_attention", "false");
        return new Encoder(
                EncoderNames.BERT,
                config.positive("hidden_size"),
                config.positive("num_hidden_layers"),
                config.positive("num_attention_heads"),
                config.positive("intermediate_size"),
                config.positive("max_position_embeddings"),
                skipped,
                config.positive("vocab_size"),
                config.positive("type_vocab_size", 2),
                config.number("layer_norm_eps", 1e-12),
                config.number("hidden_dropout_prob", 0.1),
                config.feedForward("hidden_act", "gelu", false));
    }

    /**
     * Returns how such a model is built here.
     *
     * @param vocabulary of the tokenizer
     * @param builder may have patterns of what is left out, and a head
     * @param task what the model is taken for
     */
    Blueprint blueprint(Weights weights, Vocabulary vocabulary, Blueprint.Builder builder, Task task) {
        String prefix = weights.prefix(names.token() + ".weight");
        builder.set("maxTokens", positions - skipped)
                .set("width", width)
                .set("layers", layers)
                .set("dropout", dropout)
                .set("bias", true)
                .set("embedding.vocabulary", vocabulary.size())
                .set("embedding.positions", "learned")
                .set("embedding.norm", true)
                .set("attention.heads", heads)
                .set("feedForward.kind", feedForward)
                .set("feedForward.hidden", hidden)
                .set("norm.kind", "layer")
                .set("norm.placement", "post")
                .set("norm.epsilon", epsilon);
        builder.table("embedding_W", prefix + names.token() + ".weight", rows, width)
                .part(
                        "positions_P",
                        prefix + names.position() + ".weight",
                        List.of((long) positions, (long) width),
                        Term.Layout.ROWS,
                        skipped);
        if (names.type() != null && types == TokenContext.Texts.TYPES && vocabulary.separator() >= 0) {
            builder.set("embedding.textSeparator", vocabulary.separator())
                    .table("embedding_types", prefix + names.type() + ".weight", types, width);
        } else if (names.type() != null) {
            builder.part(
                    "positions_P",
                    prefix + names.type() + ".weight",
                    List.of((long) types, (long) width),
                    Term.Layout.EACH_ROW,
                    0);
            if (types > 1) {
                builder.note("all tokens are of type 0: the second text of a pair is not told by its type");
            }
        }
        norm(builder, weights, "embedding-norm_gain", "embedding-norm_bias", prefix + names.norm());
        for (int i = 0; i < layers; i++) {
            String block = "block-" + i + "_";
            String layer = prefix + names.layer() + i + ".";
            dense(builder, block + "Wq", block + "bq", layer + names.query(), width, width);
            dense(builder, block + "Wk", block + "bk", layer + names.key(), width, width);
            dense(builder, block + "Wv", block + "bv", layer + names.value(), width, width);
            dense(builder, block + "Wo", block + "bo", layer + names.output(), width, width);
            norm(builder, weights, block + "gain1", block + "bias1", layer + names.norm1());
            dense(builder, block + "W1", block + "b1", layer + names.in(), width, hidden);
            dense(builder, block + "W2", block + "b2", layer + names.out(), hidden, width);
            norm(builder, weights, block + "gain2", block + "bias2", layer + names.norm2());
        }
        builder.leaveOut(".*embeddings\\.position_ids", "numbers of the places, which need no table")
                .leaveOut(".*pooler\\.dense\\.(weight|bias)", "the pooler serves BERT's next-sentence head")
                .note("dropout of attention weights has no counterpart");
        return builder.build(task, Framing.BOTH);
    }

    /** Returns how such a model is built here with its head for masked tokens; see {@link #blueprint}. */
    Blueprint masked(Weights weights, Vocabulary vocabulary, MaskedHead.Names head, String activation) {
        Blueprint.Builder builder = new Blueprint.Builder();
        String table = weights.prefix(names.token() + ".weight") + names.token() + ".weight";
        MaskedHead.add(builder, weights, head, table, rows, width, activation);
        return blueprint(weights, vocabulary, builder, new MaskedLanguageModel());
    }

    private static void dense(Blueprint.Builder builder, String weight, String bias, String module, long in, long out) {
        builder.dense(weight, module + ".weight", in, out).vector(bias, module + ".bias", out);
    }

    private void norm(Blueprint.Builder builder, Weights weights, String gain, String bias, String module) {
        norm(builder, weights, gain, bias, module, width);
    }

    /** Gains and biases, which files of the first years, and those of ESM-2 that transformers 5 writes, call gamma and beta. */
    static void norm(Blueprint.Builder builder, Weights weights, String gain, String bias, String module, long width) {
        boolean former = weights.tensor(module + ".weight") == null && weights.tensor(module + ".gamma") != null;
        builder.vector(gain, module + (former ? ".gamma" : ".weight"), width)
                .vector(bias, module + (former ? ".beta" : ".bias"), width);
    }
}
