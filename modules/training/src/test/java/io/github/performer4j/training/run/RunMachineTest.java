package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.machine.BlasThreads;
import io.github.performer4j.kernels.product.ProductLibrary;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** A run's folder says what computed it, and going on elsewhere says so in one line. */
class RunMachineTest {
    @TempDir
    private Path folder;

    @Test
    void aRunThatGoesOnByAnotherLibrarySaysSoAndOneThatDoesNotIsSilent() throws IOException {
        Path data = ShortRuns.text(folder.resolve("text.txt"), 1);
        Path out = folder.resolve("run");
        int threads = Nd4j.getEnvironment().maxThreads();
        int blas = BlasThreads.number();
        TrainingRun.of(ShortRuns.steps(2), data, out).execute();
        assertThat(Nd4j.getEnvironment().maxThreads()).isEqualTo(threads);
        assertThat(BlasThreads.number()).isEqualTo(blas);
        assertThat(RunMachine.read(out)).isEqualTo(RunMachine.here());
        assertThat(resume(3, out)).isEmpty();

        RunMachine other = new RunMachine("cpu", null, new ProductLibrary("OpenBLAS", "0.3.21", "Zen"), true, null);
        Files.write(out.resolve(RunMachine.FILE), other.toBytes());
        assertThat(resume(4, out))
                .containsExactly("goes on with other arithmetic, whose last bits differ: "
                        + "was engine cpu, products by OpenBLAS 0.3.21 (Zen), Vector API, is " + RunMachine.here());
        assertThat(resume(5, out)).isEmpty();

        Files.delete(out.resolve(RunMachine.FILE)); // a folder of before
        assertThat(resume(6, out)).isEmpty();
        assertThat(RunMachine.read(out)).isEqualTo(RunMachine.here());
    }

    private static List<String> resume(int steps, Path out) throws IOException {
        List<String> notes = new ArrayList<>();
        TrainingRun.of(ShortRuns.steps(steps), null, out)
                .resume(true)
                .listener(new RunListener() {
                    @Override
                    public void note(String text) {
                        notes.add(text);
                    }
                })
                .execute();
        return notes;
    }

    @Test
    void theRecordReadsBack() throws IOException {
        RunMachine graph = new RunMachine("graph", null, null, false, null);
        Files.write(folder.resolve(RunMachine.FILE), graph.toBytes());
        assertThat(RunMachine.read(folder)).isEqualTo(graph);
        assertThat(RunMachine.here().difference(graph)).endsWith("was engine graph, is " + RunMachine.here());
        assertThat(graph.difference(null)).isNull();
    }

    /** As version 0.1.0 wrote it before engines had names of their own. */
    @Test
    void aFileOfBeforeReadsAsTheSame() throws IOException {
        Files.writeString(folder.resolve(RunMachine.FILE), """
                {
                  "engine" : "CPU",
                  "products" : {
                    "name" : "OpenBLAS",
                    "version" : "0.3.21",
                    "instructions" : "Zen"
                  },
                  "vector" : true
                }
                """);
        RunMachine now = new RunMachine("cpu", null, new ProductLibrary("OpenBLAS", "0.3.21", "Zen"), true, null);
        assertThat(RunMachine.read(folder)).isEqualTo(now);
        assertThat(new RunMachine("cuda", "device=H200", now.products(), true, null).difference(now))
                .endsWith("is engine cuda, device=H200, products by OpenBLAS 0.3.21 (Zen), Vector API");
    }

    /** What is kept is the name, and float32, the only one there was, is not written. */
    @Test
    void anotherPrecisionIsToldAndFloat32IsNotWritten() throws IOException {
        RunMachine rounded =
                new RunMachine("cpu", null, new ProductLibrary("oneDNN", "3.11.0", "AVX-512 AMX"), true, "bfloat16");
        RunMachine exact = new RunMachine("cpu", null, rounded.products(), true, null);
        Files.write(folder.resolve(RunMachine.FILE), rounded.toBytes());
        assertThat(RunMachine.read(folder)).isEqualTo(rounded);
        assertThat(exact.difference(rounded))
                .isEqualTo("goes on with other arithmetic, whose products differ in the third digit: "
                        + "was engine cpu, products by oneDNN 3.11.0 (AVX-512 AMX), Vector API, products in bfloat16, "
                        + "is engine cpu, products by oneDNN 3.11.0 (AVX-512 AMX), Vector API");
        RunMachine parts = new RunMachine("cpu", null, rounded.products(), true, "bfloat16x3");
        assertThat(exact.difference(parts))
                .startsWith("goes on with other arithmetic, whose products differ in the fifth digit: was engine cpu, ")
                .contains("products in bfloat16x3, is engine cpu");
        assertThat(rounded.difference(parts)).contains("third digit");
        assertThat(new String(exact.toBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain("precision");
    }
}
