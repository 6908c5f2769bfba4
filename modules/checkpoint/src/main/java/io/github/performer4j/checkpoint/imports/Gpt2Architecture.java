package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.util.List;

/**
 * GPT-2 (Radford and others, 2019): pre-norm, causal, learned positions, a head that shares the table of tokens. Its products ({@code Conv1D}) are [in,out] as ours are, and queries, keys and
 * values are one, side by side.
 */
final class Gpt2Architecture implements Architecture {
    @Override
    public String name() {
        return "gpt2";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return config.json().path("model_type").asText().equals("gpt2");
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        config.require("scale_attn_weights", "true");
        config.require("scale_attn_by_inverse_layer_idx", "false");
        config.require("add_cross_attention", "false");
        config.require("tie_word_embeddings", "true");
        int width = config.positive("n_embd");
        int layers = config.positive("n_layer");
        int hidden = config.positive("n_inner", 4 * width);
        int positions = config.positive("n_positions");
        Blueprint.Builder builder = new Blueprint.Builder()
                .set("maxTokens", positions)
                .set("width", width)
                .set("layers", layers)
                .set("dropout", config.number("resid_pdrop", 0.1))
                .set("bias", true)
                .set("embedding.vocabulary", vocabulary.size())
                .set("embedding.positions", "learned")
                .set("attention.heads", config.positive("n_head"))
                .set("attention.causal", true)
                .set("feedForward.kind", config.feedForward("activation_function", "gelu_new", false))
                .set("feedForward.hidden", hidden)
                .set("norm.kind", "layer")
                .set("norm.placement", "pre")
                .set("norm.epsilon", config.number("layer_norm_epsilon", 1e-5))
                .set("head.tied", true);
        String prefix = weights.prefix("wte.weight");
        builder.table("table_W", prefix + "wte.weight", config.positive("vocab_size"), width)
                .table("positions_P", prefix + "wpe.weight", positions, width);
        for (int i = 0; i < layers; i++) {
            layer(builder, "block-" + i + "_", prefix + "h." + i + ".", width, hidden);
        }
        return builder.vector("final-norm_gain", prefix + "ln_f.weight", width)
                .vector("final-norm_bias", prefix + "ln_f.bias", width)
                .leaveOut(".*\\.attn\\.(masked_)?bias", "the mask of causal attention, which is no weight")
                .leaveOut("lm_head\\.weight", "the head shares the table of tokens")
                .note("dropout of attention weights has no counterpart")
                .build(new CausalLanguageModel(), Framing.PACKED);
    }

    private static void layer(Blueprint.Builder builder, String block, String layer, long width, long hidden) {
        List<String> parts = List.of("q", "k", "v");
        for (int p = 0; p < parts.size(); p++) {
            builder.part(
                            block + "W" + parts.get(p),
                            layer + "attn.c_attn.weight",
                            List.of(width, 3 * width),
                            Term.Layout.COLUMNS,
                            p * width)
                    .part(
                            block + "b" + parts.get(p),
                            layer + "attn.c_attn.bias",
                            List.of(3 * width),
                            Term.Layout.ROWS,
                            p * width);
        }
        builder.vector(block + "gain1", layer + "ln_1.weight", width)
                .vector(block + "bias1", layer + "ln_1.bias", width)
                .table(block + "Wo", layer + "attn.c_proj.weight", width, width)
                .vector(block + "bo", layer + "attn.c_proj.bias", width)
                .vector(block + "gain2", layer + "ln_2.weight", width)
                .vector(block + "bias2", layer + "ln_2.bias", width)
                .table(block + "W1", layer + "mlp.c_fc.weight", width, hidden)
                .vector(block + "b1", layer + "mlp.c_fc.bias", hidden)
                .table(block + "W2", layer + "mlp.c_proj.weight", hidden, width)
                .vector(block + "b2", layer + "mlp.c_proj.bias", width);
    }
}
