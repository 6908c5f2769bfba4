package io.github.performer4j.checkpoint.imports;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that is not what its configuration says is refused by one line. */
class BadImportTest {
    @TempDir
    Path dir;

    @BeforeEach
    void copy() throws IOException {
        for (String name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
            Files.copy(GoldenImportTest.FOLDER.resolve("bert").resolve(name), dir.resolve(name));
        }
    }

    /** Replaces text of equal length, so that a header keeps its length. */
    private void replace(String name, String old, String with) throws IOException {
        String text = Files.readString(dir.resolve(name), StandardCharsets.ISO_8859_1);
        Files.writeString(dir.resolve(name), text.replace(old, with), StandardCharsets.ISO_8859_1);
    }

    private void refused(String... parts) {
        assertThatThrownBy(() -> ModelImport.read(
                        HuggingFaceFolder.find(dir, null, null), ImportSettings.defaults(), Provenance.unknown()))
                .isInstanceOf(DataFileException.class)
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    @Test
    void missingAndUnknownTensorsAreToldAtOnce() throws IOException {
        replace("model.safetensors", "\"embeddings.LayerNorm.bias\"", "\"embeddings.LayerNorm.bios\"");
        refused("missing=[embeddings.LayerNorm.bias]", "unknown=[embeddings.LayerNorm.bios]");
    }

    @Test
    void shapesMustBeThoseOfTheConfiguration() throws IOException {
        replace("config.json", "\"intermediate_size\": 20", "\"intermediate_size\": 21");
        refused("encoder.layer.0.intermediate.dense.weight F32 [20, 12] (expected [21, 12])");
    }

    /** Before there is memory for what the configuration asks for. */
    @Test
    void sizesMustBeThoseOfTheFile() throws IOException {
        replace("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 2000000000");
        refused("a layer must have a tensor of its own; num_hidden_layers=2000000000, tensors in ");
        replace("config.json", "\"num_hidden_layers\": 2000000000", "\"num_hidden_layers\": 2");
        replace("config.json", "\"intermediate_size\": 20", "\"intermediate_size\": 2147483647");
        refused("the configuration must be that of the weights; parameters=1", "numbers in ");
    }

    @Test
    void weightsMustBeFinite() throws IOException {
        byte[] bytes = Files.readAllBytes(dir.resolve("model.safetensors"));
        bytes[bytes.length - 1] = 0x7F;
        bytes[bytes.length - 2] = (byte) 0xC0;
        Files.write(dir.resolve("model.safetensors"), bytes);
        refused("weights must be finite", "tensor=encoder.layer.1.output.LayerNorm.bias", "element=11", "NaN");
    }

    /** It is read as the folder's other files are: in one line, and not if it is too long. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "3",
                "[3]",
                "[] []",
                "{\"0\": {\"type\": \"Pooling\"}}",
                "[{\"type\": \"Pooling\", \"type\": \"Pooling\"}]",
                "[{\"type\": \"Dense\"}]"
            })
    void modulesMustBeAListOfThem(String json) throws IOException {
        Path file = Files.writeString(dir.resolve("modules.json"), json);
        refused(file.toString(), "must be");
        try (RandomAccessFile zeros = new RandomAccessFile(file.toFile(), "rw")) {
            zeros.setLength(1L << 33);
        }
        refused(file + ": must have at most", "bytes=8589934592");
    }

    @Test
    void whatHasNoCounterpartIsRefused() throws IOException {
        replace("config.json", "\"absolute\"", "\"relative_key\"");
        refused("position_embedding_type", "relative_key");
        replace("config.json", "\"bert\"", "\"fnet\"");
        refused("unknown architecture", "model_type=fnet", "distilbert");
    }
}
