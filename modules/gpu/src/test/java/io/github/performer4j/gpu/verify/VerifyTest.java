package io.github.performer4j.gpu.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.gpu.Emulation;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.KernelSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of a device, on the emulated one: all pass, and do not where golden vectors are others. */
class VerifyTest {
    private static final int STEPS = 6;
    /** Files of kernels that cases cover. */
    private static final List<String> LAYERS = List.of(
            "norms.cu",
            "heads.cu",
            "features.cu",
            "frames.cu",
            "hybrid.cu",
            "linear.cu",
            "sides.cu",
            "exact.cu",
            "graph.cu");
    /** Those of sequences in parts, which no case has. */
    private static final Set<String> OF_PARTS = Set.of("pack_state", "unpack_state", "join_rows", "last_rows");

    @TempDir
    static Path folder;

    private static Path golden;

    /** What a run printed, and its exit code. */
    private record Ran(int code, String out, String err) {}

    private static Ran run(Supplier<Device> source, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Verify.run(
                source,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
        return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Ran emulated(String... args) {
        try (Emulation device = new Emulation(Emulation.Order.DRAWN, 5)) {
            return run(() -> device, args);
        }
    }

    @BeforeAll
    static void vectors() throws IOException {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
        golden = folder.resolve("golden");
        Ran written = emulated("--write-golden", golden.toString());
        assertThat(written.code()).as(written.err()).isZero();
        assertThat(written.out()).contains("34 cases, 200 losses");
    }

    private static Path fewer() throws IOException {
        Golden all = Golden.read(golden);
        Path file = folder.resolve("fewer");
        new Golden(all.cases(), Arrays.copyOf(all.losses(), STEPS)).write(file);
        return file;
    }

    @Test
    void everyKernelEqualsTheGoldenVectors() {
        Ran ran = emulated("--part", "kernels", "--golden", golden.toString());
        assertThat(ran.code()).as(ran.out()).isZero();
        KernelSource.files().forEach((file, text) -> {
            if (LAYERS.contains(file)) {
                Matcher kernels =
                        Pattern.compile("^KERNEL (\\w+)\\(", Pattern.MULTILINE).matcher(text);
                while (kernels.find()) {
                    boolean covered = ran.out().contains("| kernel " + kernels.group(1) + " |");
                    assertThat(covered).as(kernels.group(1)).isEqualTo(!OF_PARTS.contains(kernels.group(1)));
                }
            }
        });
    }

    @Test
    void gradientsAreThoseOfTheForwardPass() {
        Ran ran = emulated("--part", "gradients");
        assertThat(ran.code()).as(ran.out()).isZero();
        assertThat(ran.out()).contains("| gradient, attention over a graph | ");
    }

    @Test
    void trainingIsThatOfTheProcessor() throws IOException {
        Ran ran = emulated("--part", "training", "--golden", fewer().toString());
        assertThat(ran.code()).as(ran.out()).isZero();
        assertThat(ran.out()).startsWith("| training, 6 steps | loss ").endsWith(" | ok |\n");
    }

    @Test
    void timesAreTaken() {
        Ran ran = emulated(
                "--part",
                "times",
                "--layers",
                "1",
                "--width",
                "16",
                "--heads",
                "2",
                "--features",
                "8",
                "--tokens",
                "32",
                "--square",
                "32");
        assertThat(ran.code()).as(ran.out()).isZero();
        assertThat(ran.out().lines()).hasSize(6);
        assertThat(ran.out())
                .contains("| training step, 1 layers, causal, T=32, E=16 | ")
                .contains("% of the product's speed");
    }

    @Test
    void aDifferenceFails() throws IOException {
        Golden all = Golden.read(golden);
        Map<String, Map<String, float[]>> cases = new LinkedHashMap<>(all.cases());
        Map<String, float[]> relu = new LinkedHashMap<>(cases.get("relu"));
        float[] output = relu.get("output").clone();
        output[3] += 0.01f;
        relu.put("output", output);
        cases.put("relu", relu);
        cases.remove("pooled");
        Path file = folder.resolve("other");
        new Golden(cases, all.losses()).write(file);
        Ran ran = emulated("--part", "kernels", "--golden", file.toString());
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("| case pooled | no golden vectors: pack again | FAILED |")
                .contains("(relu: output) | FAILED |");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--part",
                "--part nothing",
                "part kernels",
                "--part kernels",
                "--part kernels --golden nowhere",
                "--part times --layers 0",
                "--part device --write-golden x",
                ""
            })
    void wrongUseEndsWithTwo(String line) {
        Ran ran = emulated(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("verify: ").hasLineCount(1);
    }

    @Test
    void filesThatAreNoneAreNamed() throws IOException {
        byte[] bytes = Files.readAllBytes(golden);
        Path cut = folder.resolve("cut");
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(emulated("--part", "kernels", "--golden", cut.toString()).err())
                .startsWith("verify: a file of golden vectors is broken or cut off; file=");
        bytes["performer4j-golden".length() + 5] = 9;
        Path later = folder.resolve("later");
        Files.write(later, bytes);
        assertThat(emulated("--part", "kernels", "--golden", later.toString()).err())
                .contains("expected=performer4j-golden 1, found=performer4j-golden 9");
    }

    @Test
    void noDevice() {
        Ran ran = run(
                () -> {
                    throw new DeviceException("there is none");
                },
                "--part",
                "device");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).isEqualTo("verify: there is none\n");
    }
}
