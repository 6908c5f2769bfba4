package io.github.performer4j.checkpoint.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.checkpoint.weights.JsonFiles;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a folder of the sentence-transformers library says about its vectors: {@code modules.json} and {@code 1_Pooling/config.json}, where they lie beside the weights. */
final class SentenceVectors {
    private static final List<String> BUILT = List.of("Transformer", "Pooling", "Normalize");

    private static final Map<String, String> KINDS =
            Map.of("mean", "mean", "cls", "first", "lasttoken", "last", "max", "max");

    private SentenceVectors() {}

    /**
     * Returns how tokens become one vector: {@code mean}, {@code first}, {@code last} or {@code max}.
     *
     * @return null where nothing is said
     * @throws IOException one line that names the file, if it is no list of modules, the library would do more than pool, or pools in a way that is not known
     */
    static String pooling(Path folder) throws IOException {
        Path modules = folder.resolve("modules.json");
        if (Files.isRegularFile(modules)) {
            for (JsonNode module : JsonFiles.list(modules)) {
                String type = module.path("type").asText();
                if (!BUILT.contains(type.substring(type.lastIndexOf('.') + 1))) {
                    throw new DataFileException(
                            modules.toString(), 0, "modules must be among " + BUILT + "; found=" + type);
                }
            }
        }
        Path file = folder.resolve("1_Pooling").resolve("config.json");
        if (!Files.isRegularFile(file)) {
            return null;
        }
        JsonNode json = JsonFiles.read(file);
        String named = named(file, json.path("pooling_mode"));
        return named == null ? flagged(file, json) : named;
    }

    /** Returns what flags say, which stood for {@code pooling_mode} before version 5.4 of the library; null where none does, which is its mean. */
    private static String flagged(Path file, JsonNode json) throws DataFileException {
        String pooling = null;
        for (String[] kind : new String[][] {
            {"pooling_mode_mean_tokens", "mean"},
            {"pooling_mode_cls_token", "first"},
            {"pooling_mode_lasttoken", "last"},
            {"pooling_mode_max_tokens", "max"},
            {"pooling_mode_mean_sqrt_len_tokens", null},
            {"pooling_mode_weightedmean_tokens", null}
        }) {
            if (json.path(kind[0]).asBoolean()) {
                if (kind[1] == null || pooling != null) {
                    throw new DataFileException(
                            file.toString(),
                            0,
                            "pooling must be one of mean, cls, lasttoken and max; found=" + kind[0]);
                }
                pooling = kind[1];
            }
        }
        return pooling;
    }

    /** Returns what {@code pooling_mode} says; null where it is absent. */
    private static String named(Path file, JsonNode mode) throws DataFileException {
        if (mode.isMissingNode() || mode.isNull()) {
            return null;
        }
        String pooling =
                KINDS.get(mode.isArray() && mode.size() == 1 ? mode.get(0).asText() : mode.asText());
        if (pooling == null) {
            throw new DataFileException(
                    file.toString(), 0, "pooling must be one of mean, cls, lasttoken and max; found=" + mode);
        }
        return pooling;
    }
}
