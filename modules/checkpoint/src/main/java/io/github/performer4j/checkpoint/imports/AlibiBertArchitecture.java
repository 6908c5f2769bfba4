package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.program.TokenContext;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.util.List;

/**
 * BERT with linear biases for positions (ALiBi, arXiv 2108.12409, from both sides) and a gated feed-forward: JinaBERT (arXiv 2310.19923), and MosaicBERT (arXiv 2312.17482) with DNABERT-2, where queries, keys and
 * values are one product. Scores lose a_h·|i − j|, which is decay that is fixed.
 *
 * <p>There is no table of positions: where texts have no types, the row of type 0 is added to the tokens' own. The gate's product has no biases, the others have.
 */
final class AlibiBertArchitecture implements Architecture {
    private static final String TOKENS = "embeddings.word_embeddings.weight";
    private static final double MOSAIC_EPSILON = 1e-12; // of the norm in its head, a constant of its program

    @Override
    public String name() {
        return "alibi-bert";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return config.json().path("model_type").asText().equals("bert")
                && (config.json().path("position_embedding_type").asText().equals("alibi") || mosaic(config));
    }

    private static boolean mosaic(ForeignConfig config) {
        return config.has("alibi_starting_size");
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder()
                .leaveOut("cls\\..*", "the model is taken for its vectors: heads of pre-training have no place");
        return build(config, weights, vocabulary, builder, new Similarity());
    }

    @Override
    public Blueprint masked(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        if (mosaic(config) && config.number("layer_norm_eps", MOSAIC_EPSILON) != MOSAIC_EPSILON) {
            throw config.broken("the norm of this family's head has the epsilon " + MOSAIC_EPSILON
                    + ", and all norms here have one; layer_norm_eps="
                    + config.json().path("layer_norm_eps"));
        }
        Blueprint.Builder builder = new Blueprint.Builder();
        MaskedHead.add(
                builder,
                weights,
                new MaskedHead.Names(
                        "cls.predictions.transform.dense",
                        "cls.predictions.transform.LayerNorm",
                        "cls.predictions.decoder.weight",
                        mosaic(config) ? "cls.predictions.decoder.bias" : "cls.predictions.bias"),
                weights.prefix(TOKENS) + TOKENS,
                config.positive("vocab_size"),
                config.positive("hidden_size"),
                config.feedForward("hidden_act", "gelu", false));
        return build(config, weights, vocabulary, builder, new MaskedLanguageModel());
    }

    private static Blueprint build(
            ForeignConfig config, Weights weights, Vocabulary vocabulary, Blueprint.Builder builder, Task task)
            throws IOException {
        config.require("is_decoder", "false");
        config.require("add_cross_attention", "false");
        config.require("feed_forward_type", "geglu");
        int width = config.positive("hidden_size");
        int layers = config.positive("num_hidden_layers");
        int types = config.positive("type_vocab_size", 2);
        builder.set("maxTokens", config.positive("max_position_embeddings"))
                .set("width", width)
                .set("layers", layers)
                .set("dropout", config.number("hidden_dropout_prob", 0.1))
                .set("bias", true)
                .set("embedding.vocabulary", vocabulary.size())
                .set("embedding.positions", "none")
                .set("embedding.norm", true)
                .set("attention.heads", config.positive("num_attention_heads"))
                .set("attention.decay", "alibi")
                .set("feedForward.kind", "geglu")
                .set("feedForward.hidden", config.positive("intermediate_size"))
                .set("norm.kind", "layer")
                .set("norm.placement", "post")
                .set("norm.epsilon", config.number("layer_norm_eps", 1e-12));
        String prefix = weights.prefix(TOKENS);
        String table = prefix + "embeddings.token_type_embeddings.weight";
        builder.table("embedding_W", prefix + TOKENS, config.positive("vocab_size"), width);
        if (types == TokenContext.Texts.TYPES && vocabulary.separator() >= 0) {
            builder.set("embedding.textSeparator", vocabulary.separator())
                    .table("embedding_types", table, types, width);
        } else {
            List<Long> shape = List.of((long) types, (long) width);
            builder.part("embedding_W", table, shape, Term.Layout.EACH_ROW, 0)
                    .note("all tokens are of type 0: the second text of a pair is not told by its type");
        }
        builder.module("embedding-norm_gain", "embedding-norm_bias", prefix + "embeddings.LayerNorm", width);
        for (int i = 0; i < layers; i++) {
            block(config, builder, "block-" + i + "_", prefix + "encoder.layer." + i + ".", width);
        }
        return builder.leaveOut(".*embeddings\\.position_ids", "numbers of the places, which need no table")
                .leaveOut(".*pooler\\.dense\\.(weight|bias)", "the pooler serves BERT's next-sentence head")
                .leaveOut(
                        "cls\\.seq_relationship\\..*", "a head that tells whether texts follow each other has no place")
                .leaveOut(".*encoder\\.alibi", "biases of positions, which are no weights")
                .note("dropout of attention weights has no counterpart")
                .build(task, Framing.BOTH);
    }

    private static void block(ForeignConfig config, Blueprint.Builder builder, String block, String layer, long width)
            throws IOException {
        long hidden = config.positive("intermediate_size");
        String self = layer + "attention.self.";
        if (mosaic(config)) {
            builder.parts(List.of(block + "Wq", block + "Wk", block + "Wv"), self + "Wqkv.weight", width, width)
                    .parts(List.of(block + "bq", block + "bk", block + "bv"), self + "Wqkv.bias", width);
        } else {
            builder.module(block + "Wq", block + "bq", self + "query", width, width)
                    .module(block + "Wk", block + "bk", self + "key", width, width)
                    .module(block + "Wv", block + "bv", self + "value", width, width);
        }
        builder.module(block + "Wo", block + "bo", layer + "attention.output.dense", width, width)
                .module(block + "gain1", block + "bias1", layer + "attention.output.LayerNorm", width)
                .parts(List.of(block + "W1", block + "W3"), layer + "mlp.gated_layers.weight", width, hidden)
                .zero(block + "b1")
                .zero(block + "b3")
                .module(block + "W2", block + "b2", layer + "mlp.wo", hidden, width)
                .module(block + "gain2", block + "bias2", layer + "mlp.layernorm", width);
    }
}
