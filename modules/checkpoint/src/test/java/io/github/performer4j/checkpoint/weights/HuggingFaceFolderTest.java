package io.github.performer4j.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceFolderTest {
    @TempDir
    Path dir;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(dir.resolve("config.json"), "{\"model_type\": \"bert\"}");
        Files.writeString(dir.resolve("tokenizer.json"), "{}");
    }

    private void refused(Path from, String... parts) {
        assertThatThrownBy(() -> HuggingFaceFolder.find(from, null, null))
                .isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.toString()).contains(parts).doesNotContain("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "model.safetensors.index.json", "model.onnx", "onnx/model.onnx"})
    void weightsAreFound(String name) throws IOException {
        Path weights = dir.resolve(name);
        Files.createDirectories(weights.getParent());
        Files.writeString(weights, "{}");
        HuggingFaceFolder expected =
                new HuggingFaceFolder(weights, dir.resolve("config.json"), dir.resolve("tokenizer.json"), dir);
        assertThat(HuggingFaceFolder.find(dir, null, null)).isEqualTo(expected);
        HuggingFaceFolder byFile = HuggingFaceFolder.find(weights, null, null);
        assertThat(byFile.config()).isEqualTo(expected.config());
        assertThat(byFile.tokenizer()).isEqualTo(expected.tokenizer());
        assertThat(byFile.readConfig().get("model_type").asText()).isEqualTo("bert");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pytorch_model.bin", "model.pt", "MODEL.PTH", "last.ckpt", "weights.pkl"})
    void picklesAreRefusedWithAdvice(String name) throws IOException {
        Files.writeString(dir.resolve(name), "");
        refused(dir, "a pickle is a program", "safe_serialization=True", name);
        refused(dir.resolve(name), "a pickle is a program");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tf_model.h5", "flax_model.msgpack", "model-q4.gguf"})
    void otherFormatsAreRefusedByName(String name) throws IOException {
        Files.writeString(dir.resolve(name), "");
        refused(dir, "safetensors or ONNX", name);
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        refused(dir, "the folder has no weights", "model.safetensors");
        refused(dir.resolve("none"), "no such file or folder");
        Files.writeString(dir.resolve("model.safetensors"), "");
        Files.delete(dir.resolve("tokenizer.json"));
        refused(dir, "tokenizer.json is missing", "--tokenizer");
        Path given = Files.writeString(dir.resolve("t.json"), "{}");
        assertThat(HuggingFaceFolder.find(dir, null, given).tokenizer()).isEqualTo(given);
        assertThatThrownBy(() -> HuggingFaceFolder.find(dir, dir.resolve("no.json"), given))
                .hasMessageContainingAll("no.json", "--config");
        Path text = Files.writeString(dir.resolve("weights.txt"), "");
        HuggingFaceFolder other = HuggingFaceFolder.find(text, null, given);
        assertThatThrownBy(other::open).hasMessageContainingAll("weights.txt", ".safetensors", ".onnx");
    }

    @Test
    void theConfigurationMustBeAnObjectWithEachKeyOnce() throws IOException {
        Path weights = Files.writeString(dir.resolve("model.onnx"), "");
        HuggingFaceFolder folder = HuggingFaceFolder.find(weights, null, null);
        for (String config : new String[] {"[]", "{\"a\": 1, \"a\": 2}", "{", ""}) {
            Files.writeString(folder.config(), config);
            assertThatThrownBy(folder::readConfig)
                    .hasMessageContaining("must be")
                    .hasMessageNotContaining("\n");
        }
    }

    /** Nodes of JSON take up to thirty times its bytes. */
    @Test
    void aConfigurationMustNotBeLong() throws IOException {
        Path weights = Files.writeString(dir.resolve("model.onnx"), "");
        HuggingFaceFolder folder = HuggingFaceFolder.find(weights, null, null);
        Files.writeString(folder.config(), "{\"a\": [" + "{},".repeat(3 << 20) + "{}]}");
        assertThatThrownBy(folder::readConfig).hasMessageContaining("must have at most 4194304 bytes");
    }
}
