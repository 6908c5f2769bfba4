package io.github.performer4j.checkpoint.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Small JSON files beside weights: an object or a list each, no key twice. */
public final class JsonFiles {
    /** Longest file: 4 MiB, whose nodes take up to thirty times as much. */
    private static final int MAX_LENGTH = 1 << 22;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonFiles() {}

    /**
     * Reads a file.
     *
     * @return an object
     * @throws IOException one line that names the file and the rule that it breaks
     */
    public static JsonNode read(Path path) throws IOException {
        return read(path, JsonNodeType.OBJECT);
    }

    /**
     * Reads a file.
     *
     * @return a list
     * @throws IOException one line that names the file and the rule that it breaks
     */
    public static JsonNode list(Path path) throws IOException {
        return read(path, JsonNodeType.ARRAY);
    }

    private static JsonNode read(Path path, JsonNodeType type) throws IOException {
        byte[] bytes = bytes(path, MAX_LENGTH);
        JsonNode json;
        try {
            json = MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            long line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new DataFileException(path.toString(), Math.max(0, line), "must be JSON; " + e.getOriginalMessage());
        }
        if (json.getNodeType() != type) {
            throw new DataFileException(
                    path.toString(),
                    0,
                    "must be a JSON " + type.name().toLowerCase(Locale.ROOT) + "; found=" + json.getNodeType());
        }
        return json;
    }

    /** Returns the bytes of a file that must not be longer than so many. */
    static byte[] bytes(Path path, int most) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new DataFileException(
                        path.toString(), 0, "must have at most " + most + " bytes; bytes=" + Files.size(path));
            }
            return bytes;
        }
    }
}
