package io.github.performer4j.checkpoint.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * ModernBERT (arXiv 2412.13663): an embedding with a norm, pre-norm blocks of which the first has none in front of its attention, rotary positions, a gated feed-forward, as a rule no biases, and a norm at the
 * end. Every N-th layer sees all tokens, the first one included; the others see a window, and their rotary base is another. Queries, keys and values are one product, and so are the feed-forward's values and
 * their gate.
 */
final class ModernBertArchitecture implements Architecture {
    private static final String TOKENS = "embeddings.tok_embeddings.weight";

    @Override
    public String name() {
        return "modernbert";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return config.json().path("model_type").asText().equals("modernbert");
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder()
                .leaveOut(
                        "(head|decoder|classifier)\\..*",
                        "the model is taken for its vectors: its head is taken as a masked-lm");
        return build(config, weights, vocabulary, builder, new Similarity());
    }

    @Override
    public Blueprint masked(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder();
        MaskedHead.add(
                builder,
                weights,
                new MaskedHead.Names("head.dense", "head.norm", "decoder.weight", "decoder.bias"),
                new MaskedHead.Biases(
                        config.flag("classifier_bias", false),
                        config.flag("norm_bias", false),
                        config.flag("decoder_bias", true)),
                weights.prefix(TOKENS) + TOKENS,
                config.positive("vocab_size"),
                config.positive("hidden_size"),
                config.feedForward("classifier_activation", "gelu", false));
        return build(config, weights, vocabulary, builder, new MaskedLanguageModel());
    }

    private static Blueprint build(
            ForeignConfig config, Weights weights, Vocabulary vocabulary, Blueprint.Builder builder, Task task)
            throws IOException {
        int width = config.positive("hidden_size");
        int layers = config.positive("num_hidden_layers");
        int globalEvery = globalEvery(config, layers);
        double base = base(config, "full_attention", "global_rope_theta", 160_000);
        boolean normBias = config.flag("norm_bias", false);
        builder.set("maxTokens", config.positive("max_position_embeddings"))
                .set("width", width)
                .set("layers", layers)
                .set("dropout", config.number("embedding_dropout", 0))
                .set("bias", config.flag("attention_bias", false) || config.flag("mlp_bias", false))
                .set("embedding.vocabulary", vocabulary.size())
                .set("embedding.positions", "none")
                .set("embedding.norm", true)
                .set("attention.heads", config.positive("num_attention_heads"))
                .set("attention.positions", "rotary")
                .set("attention.rotaryBase", base)
                .set("local.globalEvery", globalEvery)
                .set("feedForward.kind", config.feedForward("hidden_activation", "gelu", true))
                .set("feedForward.hidden", config.positive("intermediate_size"))
                .set("norm.kind", normBias ? "layer" : "layer-gain")
                .set("norm.placement", "pre")
                .set("norm.epsilon", config.number("norm_eps", 1e-5))
                .set("norm.first", false);
        if (globalEvery > 0) {
            // as many to either side as half of it
            builder.set("local.window", config.positive("local_attention", 128) / 2 + 1)
                    .set("local.rotaryBase", localBase(config, base));
        }
        String prefix = weights.prefix(TOKENS);
        builder.table("embedding_W", prefix + TOKENS, config.positive("vocab_size"), width);
        norm(builder, normBias, "embedding-norm_gain", "embedding-norm_bias", prefix + "embeddings.norm", width);
        for (int i = 0; i < layers; i++) {
            String block = "block-" + i + "_";
            String layer = prefix + "layers." + i + ".";
            if (i > 0) {
                norm(builder, normBias, block + "gain1", block + "bias1", layer + "attn_norm", width);
            }
            norm(builder, normBias, block + "gain2", block + "bias2", layer + "mlp_norm", width);
            products(config, builder, block, layer, width);
        }
        norm(builder, normBias, "final-norm_gain", "final-norm_bias", prefix + "final_norm", width);
        return builder.leaveOut(".*rotary_emb\\..*", "angles of the rotary positions, which need no table")
                .build(task, Framing.BOTH);
    }

    private static void products(
            ForeignConfig config, Blueprint.Builder builder, String block, String layer, long width)
            throws IOException {
        long hidden = config.positive("intermediate_size");
        boolean attention = config.flag("attention_bias", false);
        boolean fed = config.flag("mlp_bias", false);
        List<String> attends = List.of(block + "Wq", block + "Wk", block + "Wv");
        builder.parts(attends, layer + "attn.Wqkv.weight", width, width)
                .dense(block + "Wo", layer + "attn.Wo.weight", width, width)
                .parts(List.of(block + "W1", block + "W3"), layer + "mlp.Wi.weight", width, hidden)
                .dense(block + "W2", layer + "mlp.Wo.weight", hidden, width);
        if (!attention && !fed) {
            return;
        }
        biases(builder, attention, List.of(block + "bq", block + "bk", block + "bv"), layer + "attn.Wqkv.bias", width);
        builder.bias(block + "bo", layer + "attn.Wo.bias", width, attention);
        biases(builder, fed, List.of(block + "b1", block + "b3"), layer + "mlp.Wi.bias", hidden);
        builder.bias(block + "b2", layer + "mlp.Wo.bias", width, fed);
    }

    private static void biases(Blueprint.Builder builder, boolean there, List<String> names, String tensor, long size) {
        if (there) {
            builder.parts(names, tensor, size);
        } else {
            names.forEach(builder::zero);
        }
    }

    private static void norm(
            Blueprint.Builder builder, boolean biased, String gain, String bias, String module, long width) {
        builder.vector(gain, module + ".weight", width);
        if (biased) {
            builder.vector(bias, module + ".bias", width);
        }
    }

    /** Returns N of layers of which 1, N+1, … see all tokens; 0 where all do. */
    private static int globalEvery(ForeignConfig config, int layers) throws IOException {
        JsonNode types = config.json().path("layer_types");
        if (!types.isArray()) {
            int every = config.positive("global_attn_every_n_layers", 3);
            return every == 1 ? 0 : every;
        }
        boolean known = types.size() == layers;
        boolean[] global = new boolean[types.size()];
        boolean all = true;
        for (int i = 0; i < global.length; i++) {
            String type = types.get(i).asText();
            global[i] = type.equals("full_attention");
            all &= global[i];
            known &= global[i] || type.equals("sliding_attention");
        }
        if (known && all) {
            return 0;
        }
        for (int every = 2; known && every <= Math.max(2, layers); every++) {
            int n = every;
            if (IntStream.range(0, layers).allMatch(i -> global[i] == (i % n == 0))) {
                return every;
            }
        }
        throw config.broken("layers that see all tokens must be every N-th one, the first included; num_hidden_layers="
                + layers + ", layer_types=" + types);
    }

    private static double base(ForeignConfig config, String kind, String former, double otherwise) throws IOException {
        config.plainRotary("rope_scaling");
        JsonNode base = config.plainRotary("rope_parameters/" + kind).path("rope_theta");
        return base.isNumber() ? base.asDouble() : config.number(former, otherwise);
    }

    /** Null, which is not absent, stands for the base of the other layers. */
    private static double localBase(ForeignConfig config, double global) throws IOException {
        boolean same = config.json().path("local_rope_theta").isNull();
        return base(config, "sliding_attention", "local_rope_theta", same ? global : 10_000);
    }
}
