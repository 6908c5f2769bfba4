package io.github.performer4j.checkpoint.weights;

import static io.github.performer4j.checkpoint.weights.OnnxBytes.file;
import static io.github.performer4j.checkpoint.weights.OnnxBytes.floats;
import static io.github.performer4j.checkpoint.weights.OnnxBytes.node;
import static io.github.performer4j.checkpoint.weights.OnnxBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of protocol buffers, written field by field; a real one is read by {@code MiniLmTest}. */
class OnnxFileTest {
    private static final float[] SIX = {1, 2, 3, 4, 5, 6};
    private static final long[] TWO_BY_THREE = {2, 3};

    @TempDir
    Path dir;

    private Path write(byte... bytes) throws IOException {
        return Files.write(dir.resolve("m.onnx"), bytes);
    }

    private void refused(OnnxBytes graph, String... parts) throws IOException {
        Path path = write(file(graph));
        assertThatThrownBy(() -> OnnxFile.open(path).close())
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith(path.toString())
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    private static OnnxBytes graph(OnnxBytes tensor) {
        return new OnnxBytes().add(5, tensor);
    }

    @Test
    void rawAndTypedDataAreRead() throws IOException {
        OnnxBytes typed = new OnnxBytes()
                .bytes(1, (byte) 3, (byte) 2) // packed dimensions
                .number(2, 1)
                .bytes(4, floats(SIX))
                .text(8, "typed");
        OnnxBytes half =
                new OnnxBytes().number(1, 1).number(2, 10).text(8, "half").bytes(9, (byte) 0, (byte) 0x3C);
        OnnxBytes ids = new OnnxBytes()
                .number(1, 2)
                .number(2, 7)
                .bytes(7, (byte) 1, (byte) 2)
                .text(8, "ids");
        byte[] bytes = file(new OnnxBytes()
                .add(5, tensor("raw", TWO_BY_THREE, SIX))
                .add(5, typed)
                .add(5, half)
                .add(5, ids));
        try (Weights weights = OnnxFile.open(write(bytes))) {
            assertThat(weights.tensors()).extracting(WeightTensor::name).containsExactly("raw", "typed", "half", "ids");
            assertThat(weights.tensor("raw").floats(0, 6)).containsExactly(SIX);
            assertThat(weights.tensor("typed").shape()).containsExactly(3L, 2L);
            assertThat(weights.tensor("typed").floats(2, 4)).containsExactly(3, 4, 5, 6);
            assertThat(weights.tensor("half").floats(0, 1)).containsExactly(1);
            assertThatThrownBy(() -> weights.tensor("ids").floats(0, 2))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ids");
        }
    }

    /** [in,out] becomes [out,in] again; a matrix that two products read bears both names. */
    @Test
    void anonymousWeightsAreNamedByTheirProducts() throws IOException {
        OnnxBytes graph = new OnnxBytes()
                .add(1, node("/encoder/layer.0/output/dense/MatMul", "MatMul", "x", "onnx::MatMul_8"))
                .add(1, node("/tied/MatMul", "MatMul", "x", "onnx::MatMul_8"))
                .add(1, node("/x/MatMul", "MatMul", "onnx::MatMul_9", "y"))
                .add(1, node("", "MatMul", "x", "onnx::MatMul_7"))
                .add(1, node("/MatMul", "MatMul", "x", "onnx::MatMul_7"))
                .add(5, tensor("onnx::MatMul_8", TWO_BY_THREE, SIX))
                .add(5, tensor("onnx::MatMul_9", TWO_BY_THREE, SIX))
                .add(5, tensor("named.weight", TWO_BY_THREE, SIX));
        try (Weights weights = OnnxFile.open(write(file(graph)))) {
            assertThat(weights.tensors())
                    .extracting(WeightTensor::name)
                    .containsExactly(
                            "encoder.layer.0.output.dense.weight", "tied.weight", "onnx::MatMul_9", "named.weight");
            WeightTensor turned = weights.tensor("encoder.layer.0.output.dense.weight");
            assertThat(turned.shape()).containsExactly(3L, 2L);
            assertThat(turned.floats(0, 6)).containsExactly(1, 4, 2, 5, 3, 6);
            assertThat(turned.floats(3, 2)).containsExactly(5, 3);
        }
    }

    /** Of each pair two nodes bear one name, of which the first counts. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void namesAreFoundInTimeThatGoesWithTheirNumber() throws IOException {
        int names = 200_000;
        OnnxBytes graph = new OnnxBytes()
                .add(5, tensor("onnx::MatMul_8", TWO_BY_THREE, SIX))
                .add(5, tensor("onnx::MatMul_9", TWO_BY_THREE, SIX));
        for (int i = 0; i < names; i++) {
            graph.add(1, node("/" + i + "/MatMul", "MatMul", "x", "onnx::MatMul_8"));
            graph.add(1, node("/" + i + "/MatMul", "MatMul", "x", "onnx::MatMul_9"));
        }
        try (Weights weights = OnnxFile.open(write(file(graph)))) {
            assertThat(weights.tensors()).hasSize(names + 1);
            assertThat(weights.tensor("onnx::MatMul_9")).isNotNull();
        }
    }

    @Test
    void whatCannotBeReadIsRefused() throws IOException {
        refused(graph(tensor("a", new long[] {7}, SIX)), "shape and bytes must agree", "tensor=a", "[7]", "bytes=24");
        refused(graph(tensor("a", new long[] {-6}, SIX)), "must not be negative", "tensor=a");
        refused(graph(tensor("a", new long[] {1L << 62, 8}, SIX)), "below 2^63");
        refused(graph(tensor("a", new long[] {6, 1, 1, 1, 1, 1, 1, 1, 1}, SIX)), "at most 8 dimensions");
        refused(graph(tensor("a", new long[100], SIX)), "at most 64 dimensions");
        refused(graph(tensor("", new long[] {6}, SIX)), "a tensor's name");
        refused(graph(tensor("a\u001b", new long[] {6}, SIX)), "a tensor's name");
        refused(graph(new OnnxBytes().number(1, 2).number(2, 8).text(8, "s")), "unknown element type", "data_type=8");
        refused(graph(new OnnxBytes().number(1, 2).number(2, 1).text(8, "n")), "bytes=none");
        refused(graph(tensor("e", new long[] {6}, SIX).number(14, 1)), "not in others", "tensor=e");
        refused(graph(tensor("e", new long[] {6}).add(13, new OnnxBytes().text(1, "location"))), "not in others");
        refused(graph(new OnnxBytes().text(8, "f").number(4, 3)), "packed", "tensor=f");
        refused(graph(tensor("a", new long[] {6}, SIX)).add(5, tensor("a", new long[] {6}, SIX)), "name of its own");
        refused(new OnnxBytes().add(15, new OnnxBytes()), "sparse");
        refused(
                new OnnxBytes().add(1, node("/a/MatMul_quant", "MatMulInteger", "x", "w")),
                "quantised",
                "MatMulInteger",
                "/a/MatMul_quant");
    }

    @Test
    void whatIsNoOnnxFileIsRefused() throws IOException {
        for (byte[] bytes : List.of(
                new byte[0], new byte[] {0}, "no model at all".getBytes(StandardCharsets.UTF_8), new byte[100])) {
            Path path = write(bytes);
            assertThatThrownBy(() -> OnnxFile.open(path))
                    .isInstanceOf(DataFileException.class)
                    .hasMessageNotContaining("\n");
        }
        Path path = write(new OnnxBytes().number(1, 8).get());
        assertThatThrownBy(() -> OnnxFile.open(path)).hasMessageContaining("must have a graph");
    }

    /** The reader of protocol buffers enters one group for each byte, without a limit; ONNX has no groups. */
    @Test
    void groupsAreRefused() throws IOException {
        byte[] groups = new byte[100_000];
        Arrays.fill(groups, (byte) (6 << 3 | 3));
        refused(new OnnxBytes().bytes(1, groups), "ONNX has no groups");
        refused(new OnnxBytes().bytes(5, groups), "ONNX has no groups");
        Path path = write(groups);
        assertThatThrownBy(() -> OnnxFile.open(path))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("ONNX has no groups")
                .hasMessageNotContaining("\n");
    }

    /** A file that ends anywhere in its graph; and lengths that reach beyond the file or are negative. */
    @Test
    void truncatedFilesAreRefused() throws IOException {
        byte[] whole = new OnnxBytes()
                .add(
                        7,
                        new OnnxBytes()
                                .add(1, node("/a/MatMul", "MatMul", "x", "w"))
                                .add(5, tensor("w", TWO_BY_THREE, SIX)))
                .get();
        for (int n = 0; n < whole.length; n++) {
            Path path = write(Arrays.copyOf(whole, n));
            assertThatThrownBy(() -> OnnxFile.open(path)).as("%d bytes", n).isInstanceOf(DataFileException.class);
        }
        byte[][] lengths = {{(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F}, {127}, {-1, -1, -1, -1, 7}};
        for (byte[] length : lengths) {
            byte[] graph = new byte[1 + length.length + 3];
            graph[0] = 7 << 3 | 2;
            System.arraycopy(length, 0, graph, 1, length.length);
            Path path = write(graph);
            assertThatThrownBy(() -> OnnxFile.open(path)).isInstanceOf(DataFileException.class);
        }
    }
}
