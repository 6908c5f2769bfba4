package io.github.performer4j.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** The module's one JSON mapper: strict about types, with messages of one line. */
public final class Json {
    /** The mapper itself, for trees. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private Json() {}

    /**
     * Converts a tree.
     *
     * @throws IllegalArgumentException in one line: the value's own rule, or what the tree has wrong
     */
    public static <T> T read(JsonNode tree, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw refusal(e);
        }
    }

    /**
     * Parses an object.
     *
     * @throws IllegalArgumentException if the text is not one JSON object
     */
    public static ObjectNode object(String text) {
        try {
            JsonNode tree = MAPPER.readTree(text);
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException("a JSON object is expected; found=" + tree.getNodeType());
        } catch (JsonProcessingException e) {
            throw refusal(e);
        }
    }

    /** Writes a value as indented JSON with a final line end. */
    public static String pretty(Object value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write JSON", e);
        }
    }

    private static IllegalArgumentException refusal(JsonProcessingException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException rule && !(cause instanceof NumberFormatException)) {
                return rule;
            }
            if (cause instanceof IOException) {
                break;
            }
        }
        return new IllegalArgumentException(
                "not valid JSON for this value: " + e.getOriginalMessage().split("\n")[0], e);
    }
}
