package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.util.Locale;

/**
 * The encoder of T5 (arXiv 1910.10683) and of models of proteins in its form, as ProtT5 and Ankh: pre-norm with root mean squares, no biases, relative positions in buckets that all layers share, scores without
 * 1/√D. The decoder is left out.
 */
final class T5Architecture implements Architecture {
    private static final String SHARED = "shared.weight";
    private static final String GATED = "gated-";

    @Override
    public String name() {
        return "t5";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return config.json().path("model_type").asText().equals("t5");
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        int width = config.positive("d_model");
        int layers = config.positive("num_layers");
        int heads = config.positive("num_heads");
        int buckets = config.positive("relative_attention_num_buckets", 32);
        int inner = Math.multiplyExact(config.positive("d_kv"), heads);
        int hidden = config.positive("d_ff");
        String fed = config.text("feed_forward_proj", "relu").toLowerCase(Locale.ROOT);
        boolean gated = fed.startsWith(GATED);
        Blueprint.Builder builder = new Blueprint.Builder()
                .set("maxTokens", config.positive("n_positions", 512))
                .set("width", width)
                .set("layers", layers)
                .set("dropout", config.number("dropout_rate", 0.1))
                .set("bias", false)
                .set("embedding.vocabulary", vocabulary.size())
                .set("embedding.positions", "none")
                .set("attention.heads", heads)
                .set("attention.headSize", inner == width ? 0 : inner / heads)
                .set("attention.scale", 1.0)
                .set("attention.positions", "buckets")
                .set("attention.relativeBuckets", buckets)
                .set("attention.relativeReach", config.positive("relative_attention_max_distance", 128))
                .set("feedForward.kind", feedForward(config, gated ? fed.substring(GATED.length()) : fed, gated))
                .set("feedForward.hidden", hidden)
                .set("norm.kind", "rms")
                .set("norm.placement", "pre")
                .set("norm.epsilon", config.number("layer_norm_epsilon", 1e-6));
        String table = weights.tensor(SHARED) == null ? "encoder.embed_tokens.weight" : SHARED;
        builder.table("embedding_W", table, config.positive("vocab_size"), width);
        for (int i = 0; i < layers; i++) {
            String block = "block-" + i + "_";
            String attends = "encoder.block." + i + ".layer.0.";
            String feeds = "encoder.block." + i + ".layer.1.";
            builder.vector(block + "gain1", attends + "layer_norm.weight", width)
                    .dense(block + "Wq", attends + "SelfAttention.q.weight", width, inner)
                    .dense(block + "Wk", attends + "SelfAttention.k.weight", width, inner)
                    .dense(block + "Wv", attends + "SelfAttention.v.weight", width, inner)
                    .dense(block + "Wo", attends + "SelfAttention.o.weight", inner, width)
                    .dense(
                            block + "relative",
                            "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                            heads,
                            buckets)
                    .vector(block + "gain2", feeds + "layer_norm.weight", width)
                    .dense(block + "W1", feeds + "DenseReluDense.wi" + (gated ? "_0" : "") + ".weight", width, hidden)
                    .dense(block + "W2", feeds + "DenseReluDense.wo.weight", hidden, width);
            if (gated) {
                builder.dense(block + "W3", feeds + "DenseReluDense.wi_1.weight", width, hidden);
            }
        }
        return builder.vector("final-norm_gain", "encoder.final_layer_norm.weight", width)
                .leaveOut("(encoder|decoder)\\.embed_tokens\\.weight", "the same as the shared table")
                .leaveOut("(decoder|lm_head)\\..*", "the model is taken for its encoder's vectors")
                .note(
                        "layers share one table of relative positions there, and have one each here: an export needs them equal")
                .note("dropout of attention weights, and within the feed-forward, has no counterpart")
                .build(new Similarity(), Framing.BOTH);
    }

    /** T5's gated GELU is the one by a hyperbolic tangent, whatever its name says. */
    private static String feedForward(ForeignConfig config, String activation, boolean gated) throws IOException {
        return switch (activation) {
            case "relu" -> {
                if (gated) {
                    throw config.broken(
                            "there is no gated feed-forward of this activation; feed_forward_proj=gated-relu");
                }
                yield "relu";
            }
            case "gelu" -> gated ? "geglu-tanh" : "gelu";
            case "gelu_new" -> gated ? "geglu-tanh" : "gelu-tanh";
            case "silu" -> gated ? "swiglu" : "silu";
            default -> throw config.broken("unknown activation; feed_forward_proj=" + activation);
        };
    }
}
