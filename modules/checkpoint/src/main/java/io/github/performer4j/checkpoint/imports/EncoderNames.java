package io.github.performer4j.checkpoint.imports;

/**
 * How an encoder of BERT's family calls its tensors: modules, to which {@code .weight} and {@code .bias} are added. A layer's names follow {@code layer} and its number.
 *
 * @param token table of tokens; what stands in front of it in a file stands in front of all
 * @param position table of positions
 * @param type table of token types; null where there is none
 * @param norm of the embedding
 * @param layer what stands in front of a layer's number
 * @param query Wq
 * @param key Wk
 * @param value Wv
 * @param output Wo
 * @param norm1 behind attention
 * @param in W1
 * @param out W2
 * @param norm2 behind the feed-forward
 */
record EncoderNames(
        String token,
        String position,
        String type,
        String norm,
        String layer,
        String query,
        String key,
        String value,
        String output,
        String norm1,
        String in,
        String out,
        String norm2) {
    /** BERT's, RoBERTa's and their children's. */
    static final EncoderNames BERT = new EncoderNames(
            "embeddings.word_embeddings",
            "embeddings.position_embeddings",
            "embeddings.token_type_embeddings",
            "embeddings.LayerNorm",
            "encoder.layer.",
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "attention.output.LayerNorm",
            "intermediate.dense",
            "output.dense",
            "output.LayerNorm");

    /** DistilBERT's. */
    static final EncoderNames DISTILBERT = new EncoderNames(
            "embeddings.word_embeddings",
            "embeddings.position_embeddings",
            null,
            "embeddings.LayerNorm",
            "transformer.layer.",
            "attention.q_lin",
            "attention.k_lin",
            "attention.v_lin",
            "attention.out_lin",
            "sa_layer_norm",
            "ffn.lin1",
            "ffn.lin2",
            "output_layer_norm");
}
