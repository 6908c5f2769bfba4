package io.github.performer4j.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

class SafetensorsShardsTest {
    @TempDir
    Path dir;

    @BeforeEach
    void write() throws IOException {
        for (String name : new String[] {"a", "b"}) {
            try (OutputStream out = Files.newOutputStream(dir.resolve(name + ".safetensors"))) {
                SafetensorsWriter.write(out, Map.of(name, Nd4j.createFromArray(1f, name.charAt(0))));
            }
        }
    }

    private Path index(String map) throws IOException {
        return Files.writeString(dir.resolve("model.safetensors.index.json"), "{\"weight_map\": " + map + "}");
    }

    private void refused(String map, String... parts) throws IOException {
        Path index = index(map);
        assertThatThrownBy(() -> SafetensorsShards.open(index).close())
                .isInstanceOf(DataFileException.class)
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    @Test
    void tensorsOfAllFilesAreFound() throws IOException {
        Path index = index("{\"a\": \"a.safetensors\", \"b\": \"b.safetensors\"}");
        try (Weights weights = SafetensorsShards.open(index)) {
            assertThat(weights.tensors()).extracting(WeightTensor::name).containsExactly("a", "b");
            assertThat(weights.tensor("b").floats(0, 2)).containsExactly(1, 'b');
            assertThat(weights.origin()).isEqualTo(index.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"../a.safetensors\"",
                "\"/etc/a.safetensors\"",
                "\"..\\\\a.safetensors\"",
                "\"x/a.safetensors\"",
                "\".safetensors\"",
                "\"C:a.safetensors\"",
                "\"a.bin\"",
                "\"\"",
                "3",
                "null"
            })
    void namesThatArePathsAreRefused(String name) throws IOException {
        refused("{\"a\": " + name + "}", "plain name");
    }

    /** What else an index says is passed over. */
    @Test
    void memoryGoesWithTheFile() throws IOException {
        String map = "{\"a\": \"a.safetensors\", \"b\": \"b.safetensors\"}";
        Path index = index(map + ", \"more\": [" + "{},".repeat(1 << 20) + "{}]");
        long allocated = SafetensorsFileTest.allocated(() -> {
            try (Weights weights = SafetensorsShards.open(index)) {
                assertThat(weights.tensors()).hasSize(2);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(allocated / Files.size(index)).isLessThan(4);
    }

    @Test
    void indexAndFilesMustAgree() throws IOException {
        refused("{}", "weight_map");
        refused("3", "weight_map");
        refused("{\"a\": \"a.safetensors\", \"c\": \"b.safetensors\"}", "not in the file=[c]", "not in the index=[b]");
        refused("{\"a\": \"c.safetensors\"}", "not there");
        refused("{\"a\": \"a.safetensors\", \"a\": \"b.safetensors\"}", "JSON");
        refused("{\"a\": \"a.safetensors\"}, \"weight_map\": {\"b\": \"b.safetensors\"}", "JSON");
        refused("{\"a\": \"a.safetensors\"}} {", "JSON");
    }
}
