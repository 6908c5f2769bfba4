package io.github.performer4j.data.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Tokenizers of HuggingFace's files: named by a path that ends in {@code .json}, saved as {@code {"kind": "json", "file": {…}}}, with {@code "size": V} where there are more ids than the file has. */
final class JsonKind implements TokenizerKind {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String FILE = "file";
    private static final String SIZE = "size";

    @Override
    public String kind() {
        return JsonTokenizer.KIND;
    }

    @Override
    public Optional<String> named(String tokens) {
        return tokens.toLowerCase(Locale.ROOT).endsWith(".json") ? Optional.of(tokens) : Optional.empty();
    }

    @Override
    public String usage() {
        return "path of a tokenizer.json";
    }

    @Override
    public Optional<Path> file(String tokens) {
        return Optional.of(Path.of(tokens));
    }

    @Override
    public Optional<Tokenizer> open(String tokens) throws IOException {
        return Optional.of(JsonTokenizer.read(Path.of(tokens)));
    }

    @Override
    public void write(Tokenizer tokenizer, ObjectNode node) {
        try {
            JsonTokenizer own = (JsonTokenizer) tokenizer;
            node.set(FILE, MAPPER.readTree(own.json()));
            if (own.larger()) {
                node.put(SIZE, own.size());
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tokenizer's own JSON must be readable", e);
        }
    }

    @Override
    public Tokenizer read(JsonNode node) {
        JsonNode size = node.path(SIZE);
        if (!size.isMissingNode() && (!size.canConvertToInt() || size.asInt() < 1)) {
            throw new IllegalArgumentException("a vocabulary's size must be a positive integer; size=" + size);
        }
        JsonTokenizer tokenizer = new JsonTokenizer(node.path(FILE));
        return size.isMissingNode() ? tokenizer : tokenizer.withSize(size.asInt());
    }
}
