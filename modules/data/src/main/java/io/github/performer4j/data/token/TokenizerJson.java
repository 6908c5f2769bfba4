package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A tokenizer as JSON: {@code {"kind": "protein", …}}; the other fields are those of its {@link TokenizerKind}. */
public final class TokenizerJson {
    private TokenizerJson() {}

    /**
     * Writes a tokenizer as a new object.
     *
     * @param tokenizer what to write
     * @return the object
     */
    public static ObjectNode write(Tokenizer tokenizer) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        write(tokenizer, node);
        return node;
    }

    /**
     * Writes a tokenizer into an object.
     *
     * @param tokenizer what to write
     * @param node receives the fields
     */
    public static void write(Tokenizer tokenizer, ObjectNode node) {
        node.put("kind", tokenizer.kind());
        TokenizerKinds.of(tokenizer.kind()).write(tokenizer, node);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param node the object
     * @return the tokenizer
     * @throws IllegalArgumentException if the kind is unknown or the fields do not fit it
     */
    public static Tokenizer read(JsonNode node) {
        return TokenizerKinds.of(node.path("kind").asText()).read(node);
    }
}
