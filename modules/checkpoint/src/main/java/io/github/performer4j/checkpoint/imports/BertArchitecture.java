package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.Similarity;
import java.io.IOException;

/** BERT (arXiv 1810.04805) and what has its form: MiniLM, BGE, E5 and other encoders of sentences. */
final class BertArchitecture implements Architecture {
    @Override
    public String name() {
        return "bert";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return config.json().path("model_type").asText().equals("bert");
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder()
                .leaveOut("cls\\..*", "the model is taken for its vectors: heads of pre-training have no place");
        return Encoder.bert(config, 0).blueprint(weights, vocabulary, builder, new Similarity());
    }

    @Override
    public Blueprint masked(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        MaskedHead.Names head = new MaskedHead.Names(
                "cls.predictions.transform.dense",
                "cls.predictions.transform.LayerNorm",
                "cls.predictions.decoder.weight",
                "cls.predictions.bias");
        Encoder encoder = Encoder.bert(config, 0);
        Blueprint masked = encoder.masked(weights, vocabulary, head, encoder.feedForward());
        masked.leftOut()
                .put("cls\\.seq_relationship\\..*", "a head that tells whether texts follow each other has no place");
        return masked;
    }
}
