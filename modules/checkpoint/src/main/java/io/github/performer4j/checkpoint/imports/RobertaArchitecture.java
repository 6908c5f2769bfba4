package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.Similarity;
import java.io.IOException;
import java.util.Set;

/** RoBERTa (arXiv 1907.11692), XLM-RoBERTa and CamemBERT: BERT's tensors, and positions that begin at row pad + 1 = 2 of their table. */
final class RobertaArchitecture implements Architecture {
    private static final Set<String> TYPES = Set.of("roberta", "xlm-roberta", "camembert");

    @Override
    public String name() {
        return "roberta";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return TYPES.contains(config.json().path("model_type").asText());
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder()
                .leaveOut("lm_head\\..*", "the model is taken for its vectors: heads of pre-training have no place");
        return Encoder.bert(config, skipped(config)).blueprint(weights, vocabulary, builder, new Similarity());
    }

    @Override
    public Blueprint masked(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        MaskedHead.Names head =
                new MaskedHead.Names("lm_head.dense", "lm_head.layer_norm", "lm_head.decoder.weight", "lm_head.bias");
        return Encoder.bert(config, skipped(config)).masked(weights, vocabulary, head, "gelu");
    }

    private static int skipped(ForeignConfig config) throws IOException {
        int pad = config.has("pad_token_id") ? config.json().get("pad_token_id").asInt() : 1;
        if (pad < 0 || config.positive("max_position_embeddings") <= pad + 1) {
            throw config.broken("positions begin behind row pad_token_id, and there must be some; pad_token_id=" + pad
                    + ", max_position_embeddings=" + config.positive("max_position_embeddings"));
        }
        return pad + 1;
    }
}
