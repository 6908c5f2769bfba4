package io.github.performer4j.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are read as they were written by another program, and what breaks a rule is refused by one line. */
class SafetensorsFileTest {
    private static final String ONE = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

    @TempDir
    Path dir;

    private Path write(long length, String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put(json);
        return Files.write(dir.resolve("m.safetensors"), bytes.array());
    }

    private void refused(Path file, String... parts) {
        assertThatThrownBy(() -> SafetensorsFile.open(file).close())
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    /** golden/imports/make.py wrote it, by numpy. */
    @Test
    void everyTypeIsReadAsItWasWritten() throws IOException {
        try (Weights weights =
                SafetensorsFile.open(Path.of("src", "test", "resources", "golden", "imports", "types.safetensors"))) {
            assertThat(weights.tensors()).hasSize(13);
            assertThat(floats(weights, "F64")).containsExactly(-2.5f, 0, 1, 3e-5f);
            assertThat(floats(weights, "F32")).containsExactly(-2.5f, 0, 1, 3e-5f);
            assertThat(floats(weights, "F16")).containsExactly(-2.5f, 0, 1, 503 * 0x1p-24f);
            assertThat(floats(weights, "BF16")).containsExactly(-2.5f, 0, 1, 251 * 0x1p-23f);
            for (String name : new String[] {"I64", "I32", "I16", "I8"}) {
                assertThat(floats(weights, name)).containsExactly(-7, 0, 100);
            }
            assertThat(floats(weights, "U8")).containsExactly(0, 255);
            assertThat(floats(weights, "BOOL")).containsExactly(0, 1);
            assertThat(floats(weights, "scalar")).containsExactly(1.5f);
            assertThat(floats(weights, "empty")).isEmpty();
            assertThat(floats(weights, "half"))
                    .containsExactly(0x1p-24f, -0f, 65504, Float.POSITIVE_INFINITY, 1 + 0x1p-10f, 1023 * 0x1p-24f);
            assertThat(weights.tensor("F32").floats(1, 2)).containsExactly(0, 1);
            assertThatThrownBy(() -> weights.tensor("F32").floats(3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(weights.tensor("none")).isNull();
        }
    }

    private static float[] floats(Weights weights, String name) throws IOException {
        WeightTensor tensor = weights.tensor(name);
        return tensor.floats(0, (int) tensor.elements());
    }

    /** Header → what its refusal names; 8 bytes of data follow each. */
    static Map<String, String> headers() {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("[]", "object");
        cases.put("{\"a\":", "JSON");
        cases.put("{} {}", "JSON");
        cases.put("{}", "end with its last tensor");
        cases.put("{\"a\":3}", "must have");
        cases.put(ONE.replace("\"shape\"", "\"form\""), "must have");
        cases.put(ONE.replace("\"dtype\"", "\"x\":1,\"dtype\""), "must have");
        cases.put(ONE.replace("F32", "F8_E4M3"), "unknown element type");
        cases.put(ONE.replace("\"F32\"", "7"), "unknown element type");
        cases.put(ONE.replace("[2]", "2"), "shape must be a list");
        cases.put(ONE.replace("[2]", "[2.0]"), "shape must be a list");
        cases.put(ONE.replace("[2]", "[-2]"), "shape must be a list");
        cases.put(ONE.replace("[2]", "[\"2\"]"), "shape must be a list");
        cases.put(ONE.replace("[2]", "[9223372036854775808]"), "shape must be a list");
        cases.put(ONE.replace("[2]", "[9223372036854775807]"), "below 2^63");
        cases.put(ONE.replace("[2]", "[4294967296,4294967296]"), "below 2^63");
        cases.put(ONE.replace("[2]", "[1,1,1,1,1,1,1,1,2]"), "at most 8");
        cases.put(ONE.replace("[2]", "[3]"), "shape and bytes must agree");
        cases.put(ONE.replace("[0,8]", "[8,0]"), "begin and end");
        cases.put(ONE.replace("[0,8]", "[0]"), "begin and end");
        cases.put(ONE.replace("[0,8]", "[-8,0]"), "data_offsets must be a list");
        cases.put(ONE.replace("[0,8]", "[0,16]"), "must lie in the file");
        cases.put(ONE.replace("[0,8]", "[9223372036854775800,9223372036854775807]"), "must lie in the file");
        cases.put(two("[0,8]", "[0,8]"), "without gap or overlap");
        cases.put(two("[0,8]", "[4,8]").replaceFirst("(.*)\\[2\\]", "$1[1]"), "without gap or overlap");
        cases.put(ONE.replace("[2]", "[1]").replace("[0,8]", "[4,8]"), "without gap or overlap");
        cases.put(ONE.replace("[2]", "[1]").replace("[0,8]", "[0,4]"), "end with its last tensor");
        cases.put(two("[0,8]", "[0,8]").replace("\"b\"", "\"a\""), "each name once");
        cases.put(ONE.replace("\"dtype\":\"F32\"", "\"dtype\":\"F32\",\"dtype\":\"F32\""), "each name once");
        cases.put(ONE.replace("\"a\"", "\"\""), "a tensor's name");
        cases.put(ONE.replace("\"a\"", "\"a\\n\\u001b[2J\""), "a tensor's name");
        cases.put(ONE.replace("\"a\"", "\"" + "n".repeat(600) + "\""), "a tensor's name");
        cases.put(ONE.replaceFirst("\\{", "{\"__metadata__\":{\"n\":3},"), "object of strings");
        cases.put("[".repeat(5000), "JSON");
        return cases;
    }

    private static String two(String first, String second) {
        String b = ONE.substring(1).replace("\"a\"", "\"b\"").replace("[0,8]", second);
        return ONE.substring(0, ONE.length() - 1).replace("[0,8]", first) + "," + b;
    }

    static Iterable<Map.Entry<String, String>> broken() {
        return headers().entrySet();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void headersThatBreakARuleAreRefused(Map.Entry<String, String> broken) throws IOException {
        refused(write(broken.getKey().getBytes(StandardCharsets.UTF_8).length, broken.getKey(), 8), broken.getValue());
    }

    @Test
    void theHeaderMustLieInTheFile() throws IOException {
        refused(write(ONE.length() + 100, ONE, 8), "must lie in the file");
        refused(write(-1, ONE, 8), "18446744073709551615");
        refused(write(Long.MIN_VALUE, ONE, 8), "9223372036854775808");
        refused(write(1L << 40, ONE, 8), "16777216");
        refused(write(0, ONE, 8), "length=0");
        refused(Files.write(dir.resolve("m.safetensors"), new byte[7]), "bytes=7");
        refused(Files.write(dir.resolve("m.safetensors"), new byte[0]), "bytes=0");
    }

    /** What is no header is refused where that shows; a tree of its nodes would take 28 bytes for each of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":[@]}",
                "{\"a\":{\"x\":[@]}}",
                "{\"a\":{\"dtype\":[@]}}",
                "{\"a\":{\"shape\":[@]}}",
                "{\"__metadata__\":[@]}",
                "{\"__metadata__\":{\"a\":[@]}}"
            })
    void memoryGoesWithTheFile(String header) throws IOException {
        String nodes = "{},".repeat(1 << 20);
        String json = header.replace("@", nodes.substring(0, nodes.length() - 1));
        Path file = write(json.length(), json, 0);
        assertThat(allocated(() -> refused(file, file.toString())) / json.length())
                .isLessThan(4);
    }

    /** Returns the bytes that this thread asks for, at least those that it holds. */
    static long allocated(Runnable run) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        run.run();
        long before = threads.getCurrentThreadAllocatedBytes();
        run.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /** Every file that was cut off somewhere, however little. */
    @Test
    void truncatedFilesAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(write(ONE.length(), ONE, 8));
        for (int n = 0; n < whole.length; n++) {
            refused(Files.write(dir.resolve("cut.safetensors"), Arrays.copyOf(whole, n)), "bytes");
        }
    }
}
