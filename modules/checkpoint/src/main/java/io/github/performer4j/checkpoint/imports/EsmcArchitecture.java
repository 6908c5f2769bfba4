package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * ESM C (ESM Team, <em>ESM Cambrian</em>, 2024), a model of proteins: pre-norm, queries and keys normalised over all heads together and then turned, SwiGLU, no biases of products, residual branches
 * divided by √(layers/36). The norm at the end, and those of queries and keys, have gains alone.
 *
 * <p>Weights are named as in transformers, or as in the authors' program, where queries, keys and values are one product, and so are the feed-forward's values and their gate.
 */
final class EsmcArchitecture implements Architecture {
    private static final String TOKENS = "embed_tokens.weight";
    private static final String FUSED = "transformer.blocks.";

    @Override
    public String name() {
        return "esmc";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return config.json().path("model_type").asText().equals("esmc");
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder()
                .leaveOut(
                        "(lm_head|sequence_head|classifier)\\..*",
                        "the model is taken for its vectors: its head is taken as a masked-lm");
        return build(config, weights, vocabulary, builder, new Similarity());
    }

    @Override
    public Blueprint masked(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder();
        MaskedHead.Names names = fused(weights)
                ? new MaskedHead.Names(
                        "sequence_head.0", "sequence_head.2", "sequence_head.3.weight", "sequence_head.3.bias")
                : new MaskedHead.Names(
                        "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder.weight", "lm_head.decoder.bias");
        int width = config.positive("hidden_size");
        MaskedHead.add(builder, weights, names, names.table(), config.positive("vocab_size"), width, "gelu");
        return build(config, weights, vocabulary, builder, new MaskedLanguageModel());
    }

    private static boolean fused(Weights weights) {
        return weights.tensor(FUSED + "0.attn.layernorm_qkv.1.weight") != null;
    }

    private static Blueprint build(
            ForeignConfig config, Weights weights, Vocabulary vocabulary, Blueprint.Builder builder, Task task)
            throws IOException {
        config.require("attention_bias", "false");
        config.require("mlp_bias", "false");
        config.require("tie_word_embeddings", "false");
        int width = config.positive("hidden_size");
        int layers = config.positive("num_hidden_layers");
        int heads = config.positive("num_attention_heads");
        int hidden = config.positive("intermediate_size");
        if (config.positive("num_key_value_heads", heads) != heads
                || (long) config.positive("head_dim", width / heads) * heads != width) {
            throw config.broken("heads must share the width, and there are as many of keys; hidden_size=" + width
                    + ", num_attention_heads=" + heads + ", num_key_value_heads="
                    + config.json().path("num_key_value_heads") + ", head_dim="
                    + config.json().path("head_dim"));
        }
        builder.set("maxTokens", config.positive("max_position_embeddings", 2048))
                .set("width", width)
                .set("layers", layers)
                .set("dropout", 0.0)
                .set("bias", false)
                .set("branchScale", Math.sqrt(36.0 / layers))
                .set("embedding.vocabulary", vocabulary.size())
                .set("embedding.positions", "none")
                .set("attention.heads", heads)
                .set("attention.positions", "rotary")
                .set("attention.rotaryBase", config.rotaryBase())
                .set("attention.queryKeyNorm", "width-layer-gain")
                .set("feedForward.kind", config.feedForward("hidden_act", "silu", true))
                .set("feedForward.hidden", hidden)
                .set("norm.kind", "layer")
                .set("norm.last", "layer-gain")
                .set("norm.placement", "pre")
                .set("norm.epsilon", 1e-5);
        boolean fused = fused(weights);
        String prefix = weights.prefix(TOKENS);
        int rows = config.positive("vocab_size");
        builder.table("embedding_W", fused ? "embed.weight" : prefix + TOKENS, rows, width)
                .vector("final-norm_gain", fused ? "transformer.norm.weight" : prefix + "norm.weight", width);
        for (int i = 0; i < layers; i++) {
            String block = "block-" + i + "_";
            if (fused) {
                fused(builder, block, FUSED + i + ".", width, hidden);
            } else {
                named(builder, block, prefix + "layers." + i + ".", width, hidden);
            }
        }
        return builder.leaveOut(".*inv_freq", "angles of the rotary positions, which need no table")
                .build(task, Framing.BOTH);
    }

    private static void named(Blueprint.Builder builder, String block, String layer, long width, long hidden) {
        builder.module(block + "gain1", block + "bias1", layer + "input_layernorm", width)
                .module(block + "gain2", block + "bias2", layer + "post_attention_layernorm", width)
                .dense(block + "Wq", layer + "self_attn.q_proj.weight", width, width)
                .dense(block + "Wk", layer + "self_attn.k_proj.weight", width, width)
                .dense(block + "Wv", layer + "self_attn.v_proj.weight", width, width)
                .dense(block + "Wo", layer + "self_attn.o_proj.weight", width, width)
                .vector(block + "gainq", layer + "self_attn.q_norm.weight", width)
                .vector(block + "gaink", layer + "self_attn.k_norm.weight", width)
                .dense(block + "W1", layer + "mlp.gate_proj.weight", width, hidden)
                .dense(block + "W3", layer + "mlp.up_proj.weight", width, hidden)
                .dense(block + "W2", layer + "mlp.down_proj.weight", hidden, width);
    }

    private static void fused(Blueprint.Builder builder, String block, String layer, long width, long hidden) {
        List<String> attends = List.of(block + "Wq", block + "Wk", block + "Wv");
        builder.module(block + "gain1", block + "bias1", layer + "attn.layernorm_qkv.0", width)
                .module(block + "gain2", block + "bias2", layer + "ffn.0", width)
                .parts(attends, layer + "attn.layernorm_qkv.1.weight", width, width)
                .dense(block + "Wo", layer + "attn.out_proj.weight", width, width)
                .vector(block + "gainq", layer + "attn.q_ln.weight", width)
                .vector(block + "gaink", layer + "attn.k_ln.weight", width)
                .parts(List.of(block + "W1", block + "W3"), layer + "ffn.1.weight", width, hidden)
                .dense(block + "W2", layer + "ffn.3.weight", hidden, width);
    }

    /** {@inheritDoc} ESM-2's and this one's are lists of residues. */
    @Override
    public String tokenizer(Path vocabulary) throws IOException {
        return new EsmArchitecture().tokenizer(vocabulary);
    }
}
