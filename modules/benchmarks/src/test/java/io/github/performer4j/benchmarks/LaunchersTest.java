package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LaunchersTest {
    private static final Case SIZES = Cases.of(Work.BLOCK);

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    private EngineCommand command(Engine engine) throws EngineFailure, IOException {
        List<String> inherited = List.of(
                "--add-modules=jdk.incubator.vector",
                "-Xmx9g",
                "-Xms1g",
                "-Dorg.bytedeco.javacpp.maxbytes=1g",
                "-Dperformer4j.engine=graph",
                "-Dperformer4j.precision=bfloat16",
                "-Dkeep=1",
                "-javaagent:x.jar");
        JavaProcess java = new JavaProcess(inherited, List.of("some.Main", "engine"));
        try (Cleanup cleanup = new Cleanup()) {
            return new Launchers(java, 3, folder, notes::add, cleanup).command(engine, SIZES, Path.of("in"));
        }
    }

    @Test
    void ourEnginesKeepTheFlagsButForMemory() throws Exception {
        EngineCommand fused = command(Engine.FUSED);
        assertThat(fused.command().get(0))
                .isEqualTo(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        assertThat(fused.command())
                .contains("--add-modules=jdk.incubator.vector", "-Dkeep=1", "-Xmx512m")
                .contains("-Dperformer4j.engine=cpu", "-Dperformer4j.threads=3")
                .doesNotContain("-Xmx9g", "-Xms1g", "-javaagent:x.jar", "-Dorg.bytedeco.javacpp.maxbytes=1g")
                .contains("-Dperformer4j.precision=float32")
                .doesNotContain("-Dperformer4j.engine=graph", "-Dperformer4j.precision=bfloat16")
                .endsWith("some.Main", "engine", "fused", SIZES.toJson(), "in");
        assertThat(fused.environment()).containsEntry("OMP_NUM_THREADS", "1");
        assertThat(command(Engine.FUSED_BF16).command())
                .contains("-Dperformer4j.precision=bfloat16")
                .endsWith("some.Main", "engine", "fused", SIZES.toJson(), "in");
        assertThat(command(Engine.FUSED_BF16X3).command()).contains("-Dperformer4j.precision=bfloat16x3");
        EngineCommand graph = command(Engine.GRAPH);
        assertThat(graph.command()).contains("-Dperformer4j.engine=graph").doesNotContain("-Dperformer4j.engine=cpu");
        assertThat(graph.environment())
                .containsEntry("OMP_NUM_THREADS", "3")
                .containsEntry("OPENBLAS_NUM_THREADS", "3");
    }

    /** A folder that was filled by an earlier run is not fetched again, and DJL stands before our own libraries. */
    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void djlRunsFromItsOwnFolderAndNeverDownloads() throws Exception {
        Path own = fetched("djl", "<version>0.");
        EngineCommand djl = command(Engine.DJL);
        assertThat(notes).isEmpty();
        assertThat(djl.command()).contains("-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=3");
        assertThat(djl.command().get(djl.command().indexOf("-cp") + 1))
                .startsWith(own.resolve("api.jar") + System.getProperty("path.separator") + own.resolve("engine.jar"))
                .doesNotContain(own.resolve("slf4j-api.jar").toString());
        assertThat(djl.environment()).containsEntry("OPT_OUT_TRACKING", "true").containsEntry("OMP_NUM_THREADS", "3");
    }

    /** libtorch's products are MKL's, and what is unpacked stays in its own folder. */
    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void libtorchRunsFromItsOwnFolderWithMkl() throws Exception {
        Path own = fetched("libtorch", "<artifactId>mkl</artifactId><version>2025");
        EngineCommand libtorch = command(Engine.LIBTORCH);
        assertThat(notes).isEmpty();
        assertThat(libtorch.command())
                .contains(
                        "-Dorg.bytedeco.openblas.load=mkl",
                        "-Dorg.bytedeco.javacpp.cachedir="
                                + own.resolve("cache").toAbsolutePath());
        assertThat(libtorch.command().get(libtorch.command().indexOf("-cp") + 1))
                .startsWith(own.resolve("api.jar").toString());
        assertThat(command(Engine.LIBTORCH_BF16).command()).contains("libtorch-bf16");
        assertThat(libtorch.environment()).containsEntry("MKL_NUM_THREADS", "3").containsEntry("OMP_NUM_THREADS", "3");
    }

    /** Returns a peer's folder, filled as by an earlier run. */
    private Path fetched(String peer, String filtered) throws IOException {
        Path own = Files.createDirectories(folder.resolve(peer));
        for (String jar : List.of("api.jar", "slf4j-api.jar", "engine.jar")) {
            Files.createFile(own.resolve(jar));
        }
        try (var pom = PeerLibraries.class.getResourceAsStream(peer + "-pom.xml")) {
            String text = new String(pom.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text).as("filtered").contains(filtered).doesNotContain("${");
            Files.writeString(own.resolve("fetched.xml"), text);
        }
        return own;
    }

    @Test
    void theMedianOfEvenAndOddNumbers() {
        assertThat(Timing.median(List.of(7.0))).isEqualTo(7);
        assertThat(Timing.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
        assertThat(Timing.median(List.of(8.0, 2.0, 4.0, 100.0))).isEqualTo(6);
    }

    @Test
    void readsTheKernelsFigures() {
        List<String> status = List.of("Name:\tjava", "VmPeak:\t  9000 kB", "VmHWM:\t  1234 kB", "Threads:\t7");
        assertThat(ProcessMemory.field(status, "VmHWM")).hasValue(1234 * 1024L);
        assertThat(ProcessMemory.field(status, "VmSwap")).isEmpty();
        assertThat(ProcessMemory.field(status, "Threads")).isEmpty();
        assertThat(Machine.cpu(List.of("processor\t: 0", "model name\t: AMD EPYC 7B13", "model name\t: other")))
                .isEqualTo("AMD EPYC 7B13");
        assertThat(Machine.cpu(List.of())).isEqualTo(System.getProperty("os.arch"));
    }
}
