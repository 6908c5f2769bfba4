package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.Similarity;
import java.io.IOException;

/** DistilBERT (arXiv 1910.01108): BERT with half of the layers and without types, under names of its own. */
final class DistilBertArchitecture implements Architecture {
    private static final double EPSILON = 1e-12; // a constant of its program, not a key

    @Override
    public String name() {
        return "distilbert";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return config.json().path("model_type").asText().equals("distilbert");
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder()
                .leaveOut(
                        "vocab_(transform|layer_norm|projector)\\..*",
                        "the model is taken for its vectors: heads of pre-training have no place");
        return encoder(config).blueprint(weights, vocabulary, builder, new Similarity());
    }

    @Override
    public Blueprint masked(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        MaskedHead.Names head = new MaskedHead.Names(
                "vocab_transform", "vocab_layer_norm", "vocab_projector.weight", "vocab_projector.bias");
        Encoder encoder = encoder(config);
        return encoder.masked(weights, vocabulary, head, encoder.feedForward());
    }

    private static Encoder encoder(ForeignConfig config) throws IOException {
        config.require("sinusoidal_pos_embds", "false"); // such tables are saved as the learned ones are, but not all
        return new Encoder(
                EncoderNames.DISTILBERT,
                config.positive("dim"),
                config.positive("n_layers"),
                config.positive("n_heads"),
                config.positive("hidden_dim"),
                config.positive("max_position_embeddings"),
                0,
                config.positive("vocab_size"),
                0,
                EPSILON,
                config.number("dropout", 0.1),
                config.feedForward("activation", "gelu", false));
    }
}
