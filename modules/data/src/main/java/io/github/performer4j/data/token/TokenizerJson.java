package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A tokenizer as JSON: {@code {"kind": "protein" | "byte" | "character", "symbols": …}}.
 *
 * <p>{@code symbols} is the residue string of a protein tokenizer (checked on reading), the array of ascending code points of a character
 * tokenizer, and absent for bytes.
 */
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
        if (tokenizer instanceof ProteinTokenizer) {
            node.put("symbols", ProteinTokenizer.RESIDUES);
        } else if (tokenizer instanceof CharacterTokenizer characters) {
            ArrayNode symbols = node.putArray("symbols");
            for (int codePoint : characters.codePoints()) {
                symbols.add(codePoint);
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param node the object
     * @return the tokenizer
     * @throws IllegalArgumentException if the kind is unknown or the symbols do not fit it
     */
    public static Tokenizer read(JsonNode node) {
        String kind = node.path("kind").asText();
        JsonNode symbols = node.path("symbols");
        switch (kind) {
            case "protein":
                if (!symbols.asText().equals(ProteinTokenizer.RESIDUES)) {
                    throw new IllegalArgumentException("protein tokenizer must have the residues "
                            + ProteinTokenizer.RESIDUES + "; found=" + symbols.asText());
                }
                return new ProteinTokenizer();
            case "byte":
                return new ByteTokenizer();
            case "character":
                int[] codePoints = new int[symbols.size()];
                for (int i = 0; i < codePoints.length; i++) {
                    codePoints[i] = symbols.get(i).asInt(-1);
                }
                return new CharacterTokenizer(codePoints);
            default:
                throw new IllegalArgumentException("tokenizer kind must be protein, character or byte; found=" + kind);
        }
    }
}
