package io.github.performer4j.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafetensorsWriterTest {
    @TempDir
    Path dir;

    /** Transposed views and arrays longer than a piece, too. */
    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        arrays.put("matrix", Nd4j.linspace(DataType.FLOAT, -3, 0.25, 15).reshape(5, 3));
        arrays.put("turned", arrays.get("matrix").transpose());
        arrays.put("scalar", Nd4j.scalar(DataType.FLOAT, 2.5));
        arrays.put("long", Nd4j.linspace(DataType.FLOAT, 0, 1, 70_000));
        arrays.put("double", Nd4j.linspace(DataType.DOUBLE, 0, 0.5, 4).reshape(2, 2));
        Path file = dir.resolve("m.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(out, arrays);
        }
        try (Weights weights = SafetensorsFile.open(file)) {
            assertThat(weights.tensors()).extracting(WeightTensor::name).containsExactlyElementsOf(arrays.keySet());
            for (Map.Entry<String, INDArray> entry : arrays.entrySet()) {
                WeightTensor tensor = weights.tensor(entry.getKey());
                INDArray array = entry.getValue();
                assertThat(tensor.shape().stream().mapToLong(n -> n).toArray()).isEqualTo(array.shape());
                float[] written = array.castTo(DataType.FLOAT).dup('c').data().asFloat();
                assertThat(tensor.floats(0, (int) tensor.elements())).isEqualTo(written);
            }
            assertThat(weights.tensor("double").type()).isEqualTo(ElementType.F64);
        }
    }

    @Test
    void onlyFloatsAreWritten() {
        assertThatThrownBy(() -> SafetensorsWriter.write(
                        new ByteArrayOutputStream(), Map.of("ids", Nd4j.zeros(DataType.INT32, 3))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("float32", "ids", "INT");
    }
}
