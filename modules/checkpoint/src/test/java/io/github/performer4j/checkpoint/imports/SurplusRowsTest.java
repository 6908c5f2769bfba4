package io.github.performer4j.checkpoint.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of round sizes have more rows than the tokenizer has tokens. They count in the other program's probabilities, are no token's, and go out as they came. */
class SurplusRowsTest {
    @TempDir
    Path dir;

    /** A model without the tokens of the last ids. */
    private Path cut(String name, int size) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        Path copy = Files.createDirectory(dir.resolve(name));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(GoldenImportTest.FOLDER.resolve(name).resolve(file), copy.resolve(file));
        }
        ObjectNode json = (ObjectNode) mapper.readTree(
                GoldenImportTest.FOLDER.resolve(name).resolve("tokenizer.json").toFile());
        ObjectNode vocabulary = (ObjectNode) json.path("model").path("vocab");
        vocabulary.properties().removeIf(token -> token.getValue().asInt() >= size);
        mapper.writeValue(copy.resolve("tokenizer.json").toFile(), json);
        return copy;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "bert-masked", "distilbert-masked"})
    void theyCountInProbabilities(String name) throws IOException {
        boolean masked = name.endsWith("masked");
        ImportSettings settings = new ImportSettings(false, null, Map.of(), 1, masked);
        Path folder = cut(name, 11);
        ModelImport imported =
                ModelImport.read(HuggingFaceFolder.find(folder, null, null), settings, Provenance.unknown());
        Path file = dir.resolve("m.zip");
        ModelFile.save(file, imported.model().net(), imported.model().info(), false, Map.of());
        PerformerModel model = ModelFile.load(file);
        Tokenizer tokenizer = model.info().tokenizer();
        assertThat(tokenizer).isEqualTo(imported.model().info().tokenizer());
        assertThat(tokenizer.size()).isEqualTo(13);
        assertThat(tokenizer.special(11)).isTrue(); // none is read, drawn or guessed as it
        JsonNode expected = GoldenImportTest.expected(name);
        GoldenImportTest.check(
                Runs.output(model, "head", GoldenImportTest.rows(expected)),
                expected.get(masked ? "masked" : "probabilities"));
        Path out = dir.resolve("out");
        ExportFormats.named("huggingface").write(model, ExportSettings.defaults(), out);
        Files.copy(folder.resolve("tokenizer.json"), out.resolve("tokenizer.json"));
        ModelImport again = ModelImport.read(HuggingFaceFolder.find(out, null, null), settings, Provenance.unknown());
        assertThat(again.model().net().params()).isEqualTo(model.net().params());
    }

    @Test
    void farMoreRowsAreNoTableOfTheTokenizer() throws IOException {
        Path folder = cut("gpt2", 11);
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains("\"vocab_size\": 13");
        Files.writeString(config, text.replace("\"vocab_size\": 13", "\"vocab_size\": 2147483647"));
        assertThatThrownBy(() -> ModelImport.read(
                        HuggingFaceFolder.find(folder, null, null), ImportSettings.defaults(), Provenance.unknown()))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("at most 65536 ids may be behind the last token; tokens=11")
                .hasMessageContaining("size=2147483647");
    }
}
