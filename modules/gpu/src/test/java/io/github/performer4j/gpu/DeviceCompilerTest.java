package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.gpu.device.KernelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where nvcc is, it compiles every kernel for three generations of devices, and none spills more than {@value #SPILLS} bytes of registers. */
class DeviceCompilerTest {
    private static final int SPILLS = 64;
    private static final Pattern SPILLED = Pattern.compile("(\\d+) bytes spill stores");

    @TempDir
    Path folder;

    private static Process nvcc(Path folder, String... arguments) throws IOException {
        String[] all = new String[arguments.length + 1];
        all[0] = "nvcc";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new ProcessBuilder(all)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private boolean there() {
        try {
            return nvcc(folder, "--version").waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 90, 100})
    void everyKernelCompiles(int architecture) throws Exception {
        Assumptions.assumeTrue(there(), "nvcc is not on this machine");
        Path source = folder.resolve("kernels.cu");
        Files.writeString(source, KernelSource.text());
        Process process =
                nvcc(folder, "-arch=sm_" + architecture, "-std=c++17", "-cubin", "-Xptxas", "-v", source.toString());
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        Matcher spilled = SPILLED.matcher(said);
        while (spilled.find()) {
            assertThat(Integer.parseInt(spilled.group(1))).as(said).isLessThanOrEqualTo(SPILLS);
        }
    }
}
