package io.github.performer4j.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Tasks;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.token.TokenizerJson;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The JSON of {@code performer4j.json}, format 2:
 *
 * <pre>
 * {"formatVersion": 2, "performer4jVersion": "0.1.0", "task": {"name": "masked-lm", …},
 *  "model": {…}, "data": {…}, "tokenizer": {…}, "counts": {…}, "provenance": {…}, "trainedTokens": 512, "origin": {…}}
 * </pre>
 *
 * <p>The version is read before anything else, so that a newer file is refused by its version and not by a field this build does not
 * know. {@code counts} are there for language models only, {@code origin} for models of other programs.
 */
final class ModelInfoJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ModelInfoJson() {}

    static byte[] write(ModelInfo info) throws IOException {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("formatVersion", info.formatVersion());
        root.put("performer4jVersion", info.performer4jVersion());
        root.set("task", Tasks.write(info.task()));
        root.set("model", MAPPER.readTree(info.model().toJson()));
        root.set("data", MAPPER.valueToTree(info.data()));
        root.set("tokenizer", TokenizerJson.write(info.tokenizer()));
        if (info.counts() != null) {
            root.set("counts", info.counts().toJson());
        }
        root.set("provenance", MAPPER.valueToTree(info.provenance()));
        root.put("trainedTokens", info.trainedTokens());
        if (info.origin() != null) {
            root.set("origin", MAPPER.valueToTree(info.origin()));
        }
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    }

    /** Former builds took a row length with positions that have no rows, and had no use for it. */
    private static JsonNode positions(JsonNode model) {
        if (model.path("embedding") instanceof ObjectNode embedding
                && !embedding.path("positions").asText().equals("axial")) {
            embedding.remove("rowLength");
        }
        return model;
    }

    static ModelInfo read(byte[] json, Path file) throws IOException {
        try {
            JsonNode root = MAPPER.readTree(json);
            int version = version(root, file);
            return new ModelInfo(
                    version,
                    part(root, "performer4jVersion").asText(),
                    Tasks.read(part(root, "task")),
                    PerformerConfig.fromJson(positions(part(root, "model"))),
                    MAPPER.treeToValue(part(root, "data"), DataConfig.class),
                    TokenizerJson.read(part(root, "tokenizer")),
                    root.has("counts") ? TokenCounts.fromJson(root.get("counts")) : null,
                    MAPPER.treeToValue(part(root, "provenance"), Provenance.class),
                    root.path("trainedTokens").asInt(0), // early models do not say
                    root.has("origin") ? MAPPER.treeToValue(root.get("origin"), Origin.class) : null);
        } catch (JsonProcessingException | RuntimeException e) {
            throw new IOException(
                    "the model's description is damaged; file=" + file + ", entry=" + ModelFile.ENTRY + ", cause="
                            + GraphZip.firstLine(e),
                    e);
        }
    }

    private static int version(JsonNode root, Path file) throws IOException {
        int version = part(root, "formatVersion").asInt();
        if (version > ModelFile.FORMAT_VERSION) {
            throw new IOException("the model is of a newer format than this build reads; file=" + file + ", format="
                    + version + " (written by performer4j "
                    + root.path("performer4jVersion").asText("?")
                    + "), this build reads up to=" + ModelFile.FORMAT_VERSION + "; update performer4j");
        }
        if (version == 1) {
            throw new IOException("the model is of format 1, which no release wrote and this build does not read; file="
                    + file + ", format=1, this build reads=" + ModelFile.FORMAT_VERSION
                    + "; train it again, or load its net alone by ComputationGraph.load");
        }
        if (version < 1) {
            throw new IllegalArgumentException(
                    "formatVersion must be a positive number; formatVersion=" + root.get("formatVersion"));
        }
        return version;
    }

    private static JsonNode part(JsonNode root, String name) {
        JsonNode part = root.path(name);
        if (part.isMissingNode() || part.isNull()) {
            throw new IllegalArgumentException("a field is missing; field=" + name);
        }
        return part;
    }
}
