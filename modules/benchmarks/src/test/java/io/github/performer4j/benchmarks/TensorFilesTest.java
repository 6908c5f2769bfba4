package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFilesTest {
    @TempDir
    private Path folder;

    private float[] read(Path file, int length) throws IOException {
        float[] all = new float[length];
        TensorFiles.read(file, length, (offset, values, n) -> System.arraycopy(values, 0, all, (int) offset, n));
        return all;
    }

    /** Longer than a piece, and not a multiple of one. */
    @Test
    void valuesRoundTripAsLittleEndianFloats() throws IOException {
        int length = 70_001;
        Path file = TensorFiles.file(folder, "some");
        TensorFiles.write(file, length, (offset, values, n) -> {
            for (int i = 0; i < n; i++) {
                values[i] = offset + i;
            }
        });
        float[] found = read(file, length);
        for (int i = 0; i < length; i++) {
            assertThat(found[i]).isEqualTo(i);
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getFloat(4 * 40_000)).isEqualTo(40_000);
    }

    @Test
    void inputsAreAFunctionOfTheSeed() throws IOException {
        Case c = Case.of(Work.ATTENTION).with(37, AttentionKind.FAVOR, false);
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        Inputs.write(c, first);
        Inputs.write(c, second);
        for (Tensor tensor : Tensors.inputs(c)) {
            Path file = TensorFiles.file(first, tensor.name());
            assertThat(file).hasSameBinaryContentAs(TensorFiles.file(second, tensor.name()));
        }
        float[] q = read(TensorFiles.file(first, "q"), 4 * 37 * 512);
        double mean = 0;
        double square = 0;
        for (float value : q) {
            mean += value / q.length;
            square += (double) value * value / q.length;
        }
        assertThat(mean).isCloseTo(0, within(4 / Math.sqrt(q.length)));
        assertThat(square).isCloseTo(1, within(4 * Math.sqrt(2.0 / q.length)));
        assertThat(TensorFiles.file(first, "k"))
                .content(java.nio.charset.StandardCharsets.ISO_8859_1)
                .isNotEqualTo(
                        Files.readString(TensorFiles.file(first, "q"), java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    void everyWorkHasItsInputs() throws IOException {
        Case c = Cases.of(Work.TRAIN);
        Inputs.write(c, folder);
        assertThat(Tensors.parameters(c)).hasSize(2 + 3 * 16 + 4);
        float[] tokens = read(TensorFiles.file(folder, "tokens"), 26);
        for (float token : tokens) {
            assertThat(token).isBetween(0f, 10f).isEqualTo(Math.round(token));
        }
        assertThat(TensorFiles.file(folder, "block-2_projection")).hasSize(4L * 5 * 7);
        assertThat(Tensors.inputs(c.with(13, AttentionKind.EXACT, false)))
                .extracting(Tensor::name)
                .noneMatch(name -> name.endsWith("_projection"));
    }
}
