package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Llama (arXiv 2302.13971), Mistral and Qwen2: pre-norm with root mean squares, rotary positions by halves, heads of keys for several heads of queries, a gated feed-forward.
 *
 * <p>A sliding window is not built: the model reads no more tokens at once than the window has, where the two are the same.
 */
final class LlamaArchitecture implements Architecture {
    private static final Set<String> TYPES = Set.of("llama", "mistral", "qwen2");

    @Override
    public String name() {
        return "llama";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return TYPES.contains(config.json().path("model_type").asText());
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        int width = config.positive("hidden_size");
        int layers = config.positive("num_hidden_layers");
        int heads = config.positive("num_attention_heads");
        int keyHeads = config.positive("num_key_value_heads", heads);
        int hidden = config.positive("intermediate_size");
        if (width % heads != 0 || config.positive("head_dim", width / heads) * heads != width) {
            throw config.broken("heads must share the width; hidden_size=" + width + ", num_attention_heads=" + heads
                    + ", head_dim=" + config.positive("head_dim", width / heads));
        }
        boolean tied = config.flag("tie_word_embeddings", false);
        String prefix = weights.prefix("embed_tokens.weight");
        String first = prefix + "layers.0.";
        boolean queries = config.json().path("model_type").asText().equals("qwen2")
                || biased(config, weights, "attention_bias", first + "self_attn.q_proj");
        boolean outputs = biased(config, weights, "attention_bias", first + "self_attn.o_proj");
        boolean inner = biased(config, weights, "mlp_bias", first + "mlp.gate_proj");
        boolean bias = queries || outputs || inner;
        Blueprint.Builder builder = new Blueprint.Builder()
                .set("maxTokens", tokens(config))
                .set("width", width)
                .set("layers", layers)
                .set("dropout", 0.0)
                .set("bias", bias)
                .set("embedding.vocabulary", vocabulary.size())
                .set("embedding.positions", "none")
                .set("attention.heads", heads)
                .set("attention.keyHeads", keyHeads == heads ? 0 : keyHeads)
                .set("attention.causal", true)
                .set("attention.positions", "rotary")
                .set("attention.rotaryBase", config.rotaryBase())
                .set("attention.rotaryFraction", config.number("partial_rotary_factor", 1))
                .set("feedForward.kind", config.feedForward("hidden_act", "silu", true))
                .set("feedForward.hidden", hidden)
                .set("norm.kind", "rms")
                .set("norm.placement", "pre")
                .set("norm.epsilon", config.number("rms_norm_eps", 1e-6))
                .set("head.tied", tied);
        int rows = config.positive("vocab_size");
        builder.table(tied ? "table_W" : "embedding_W", prefix + "embed_tokens.weight", rows, width);
        for (int i = 0; i < layers; i++) {
            String block = "block-" + i + "_";
            String layer = prefix + "layers." + i + ".";
            long keyWidth = (long) width / heads * keyHeads;
            dense(builder, bias, queries, block, "q", layer + "self_attn.q_proj", width, width);
            dense(builder, bias, queries, block, "k", layer + "self_attn.k_proj", width, keyWidth);
            dense(builder, bias, queries, block, "v", layer + "self_attn.v_proj", width, keyWidth);
            dense(builder, bias, outputs, block, "o", layer + "self_attn.o_proj", width, width);
            dense(builder, bias, inner, block, "1", layer + "mlp.gate_proj", width, hidden);
            dense(builder, bias, inner, block, "3", layer + "mlp.up_proj", width, hidden);
            dense(builder, bias, inner, block, "2", layer + "mlp.down_proj", hidden, width);
            builder.vector(block + "gain1", layer + "input_layernorm.weight", width)
                    .vector(block + "gain2", layer + "post_attention_layernorm.weight", width);
        }
        builder.vector("final-norm_gain", prefix + "norm.weight", width);
        if (tied) {
            builder.leaveOut("lm_head\\.weight", "the head shares the table of tokens");
        } else {
            builder.part("head_W", "lm_head.weight", List.of((long) rows, (long) width), Term.Layout.TURNED, 0)
                    .zero("head_b");
        }
        return builder.leaveOut(".*rotary_emb\\.inv_freq", "angles of the rotary positions, which need no table")
                .build(new CausalLanguageModel(), Framing.START);
    }

    /** Returns whether products of a kind have biases: a Llama's configuration says so, or the first of them has one. Then all must. */
    private static boolean biased(ForeignConfig config, Weights weights, String key, String first) throws IOException {
        boolean llama = config.json().path("model_type").asText().equals("llama"); // others do not have the key
        return llama && config.flag(key, false) || weights.tensor(first + ".bias") != null;
    }

    /** A product, whose bias is zero where only others have one. */
    private static void dense(
            Blueprint.Builder builder,
            boolean any,
            boolean own,
            String block,
            String name,
            String module,
            long in,
            long out) {
        builder.dense(block + "W" + name, module + ".weight", in, out);
        if (own) {
            builder.vector(block + "b" + name, module + ".bias", out);
        } else if (any) {
            builder.zero(block + "b" + name);
        }
    }

    private static int tokens(ForeignConfig config) throws IOException {
        int positions = config.positive("max_position_embeddings");
        return config.flag("use_sliding_window", true)
                ? Math.min(positions, config.positive("sliding_window", positions))
                : positions;
    }
}
