package io.github.performer4j.checkpoint.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        refused("encoder.layer.{0-1}.intermediate.dense.weight F32 [20, 12] (expected [21, 12])");
    }

    /** Those that differ by their layer alone stand together. */
    @Test
    void allNamesAreTold() throws IOException {
        replace("config.json", "\"intermediate_size\": 20", "\"intermediate_size\": 19");
        replace("model.safetensors", ".attention.self.key.", ".attention.self.kex.");
        refused(
                "missing=[encoder.layer.{0-1}.attention.self.key.bias, encoder.layer.{0-1}.attention.self.key.weight]",
                "encoder.layer.{0-1}.intermediate.dense.bias F32 [20] (expected [19])",
                "unknown=[encoder.layer.{0-1}.attention.self.kex.bias, encoder.layer.{0-1}.attention.self.kex.weight]");
        assertThat(TensorNames.listed(List.of("h.0", "h.2", "h.3", "h.10.x", "h.007", "w")))
                .isEqualTo("[h.{0,2-3}, h.10.x, h.007, w]");
        assertThat(TensorNames.listed(
                        IntStream.range(0, 209).mapToObj(i -> "t" + i).toList()))
                .endsWith(", and 9 more]");
    }

    /** Not zero in silence: a bias that the first layer has all have. */
    @Test
    void aLayerWithoutABiasIsRefused() throws IOException {
        for (String name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
            Files.copy(
                    GoldenImportTest.FOLDER.resolve("qwen2").resolve(name),
                    dir.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        String old = "model.layers.1.self_attn.k_proj.bias";
        String ignored = "rotary_emb.inv_freq";
        replace("model.safetensors", old, old.substring(ignored.length()) + ignored);
        refused("missing=[" + old + "]");
    }

    /** Of the library's versions before 5.4, and since. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false} | first",
                "{\"embedding_dimension\": 12, \"pooling_mode\": \"cls\"} | first",
                "{\"pooling_mode\": \"lasttoken\"} | last",
                "{\"pooling_mode\": [\"max\"]} | max",
                "{\"pooling_mode\": \"mean\"} | mean",
                "{\"pooling_mode\": \"cls\", \"pooling_mode_mean_tokens\": true} | first",
                "{\"pooling_mode_cls_token\": false, \"pooling_mode_mean_tokens\": false} | mean",
                "{\"word_embedding_dimension\": 12} | mean"
            })
    void poolingIsTheFolders(String json, String pooling) throws IOException {
        pool(json);
        assertThat(read(dir)).isEqualTo(pooling);
        Path weights = Files.createDirectory(dir.resolve("onnx")).resolve("model.safetensors");
        Files.move(dir.resolve("model.safetensors"), weights);
        assertThat(read(weights)).isEqualTo(pooling); // in a folder of their own
        Files.copy(dir.resolve("config.json"), weights.resolveSibling("config.json"));
        assertThat(read(weights)).isEqualTo(pooling); // with a configuration beside them
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"pooling_mode\": \"mean_sqrt_len_tokens\"}",
                "{\"pooling_mode\": [\"mean\", \"max\"]}",
                "{\"pooling_mode\": 3}",
                "{\"pooling_mode_weightedmean_tokens\": true}",
                "{\"pooling_mode_mean_tokens\": true, \"pooling_mode_max_tokens\": true}"
            })
    void otherPoolingIsRefused(String json) throws IOException {
        pool(json);
        refused("pooling must be one of mean, cls, lasttoken and max; found=");
    }

    private void pool(String json) throws IOException {
        Files.createDirectories(dir.resolve("1_Pooling"));
        Files.writeString(dir.resolve("1_Pooling").resolve("config.json"), json);
    }

    private static String read(Path from) throws IOException {
        return ModelImport.read(
                        HuggingFaceFolder.find(from, null, null), ImportSettings.defaults(), Provenance.unknown())
                .model()
                .info()
                .model()
                .head()
                .pooling();
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
