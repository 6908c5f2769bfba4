package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Cli;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.gpu.device.Libraries;
import io.github.performer4j.gpu.device.Precision;
import io.github.performer4j.kernels.machine.KernelProperties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices and the choice of one, where the libraries are not. */
class DevicesCommandTest {
    @TempDir
    Path folder;

    @BeforeEach
    void lookElsewhere() {
        System.setProperty(Libraries.PROPERTY, folder.toString());
    }

    @AfterEach
    void restore() {
        System.clearProperty(Libraries.PROPERTY);
    }

    @Test
    void namesEnginesAndWhyThereIsNoDevice() {
        Cli.Result result = Cli.run("devices").ok();
        assertThat(result.out())
                .contains("engine  cpu  (runs models in float32)\n", "engine  cuda\n", "engine  graph\n")
                .contains("device  none: a library of CUDA is missing; library=driver, looked at=" + folder);
    }

    @Test
    void cudaWithoutADeviceIsRefusedAndNothingMade() throws Exception {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 4, 20);
        Path out = folder.resolve("run");
        Cli.run("train", "--engine", "CUDA", "--preset", "text-character", "--data", data, "--out", out, "--steps", 1)
                .refused("--engine cuda needs a device: a library of CUDA is missing; library=driver, looked at=");
        assertThat(out).doesNotExist();
    }

    @Test
    void severalDevicesAreOfCuda() throws Exception {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 4, 20);
        Path out = folder.resolve("run");
        Cli.run("train", "--devices", 2, "--preset", "text-character", "--data", data, "--out", out, "--steps", 1)
                .refused("--devices goes with --engine cuda; engine=none");
        Cli.run("train", "--recompute", "--engine", "cpu", "--preset", "text-character", "--data", data, "--out", out)
                .refused(
                        "--recompute goes with --engine cuda; the others have --set training.recompute=true; engine=cpu");
        assertThat(out).doesNotExist();
    }

    /** One switch for both engines; what cannot be had is refused and nothing made. */
    @Test
    void thePrecisionGoesWithAnEngineThatHasIt() throws Exception {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 4, 20);
        Path out = folder.resolve("run");
        List<Object> run = List.of("train", "--preset", "text-character", "--data", data, "--out", out, "--steps", 1);
        Cli.run(with(run, "--precision", "tf32")).refused("--precision tf32 goes with --engine cuda; engine=none");
        Cli.run(with(run, "--precision", "bfloat16", "--engine", "graph"))
                .refused("--precision bfloat16 goes with --engine cpu or cuda; engine=graph");
        Cli.run(with(run, "--precision", "bfloat16x3", "--engine", "cuda"))
                .refused("--precision bfloat16x3 goes with --engine cpu; engine=cuda");
        Cli.run(with(run, "--precision", "bfloat16x3", "--engine", "graph"))
                .refused("--precision bfloat16x3 goes with --engine cpu; engine=graph");
        try {
            Cli.run(with(run, "--precision", "tf32", "--engine", "cuda")).refused("--engine cuda needs a device");
            assertThat(System.getProperty(Precision.PROPERTY)).isEqualTo("tf32");
            assertThat(System.getProperty(KernelProperties.PRECISION)).isNull();
        } finally {
            System.clearProperty(Precision.PROPERTY);
            System.clearProperty(KernelProperties.PRECISION);
        }
        assertThat(out).doesNotExist();
    }

    /** Where no option names the engine, its property does. */
    @Test
    void thePrecisionGoesWithTheEngineOfTheProperty() throws Exception {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 4, 20);
        Path out = folder.resolve("run");
        List<Object> run = List.of("train", "--preset", "text-character", "--data", data, "--out", out, "--steps", 1);
        String before = System.getProperty(Engines.PROPERTY);
        try {
            System.setProperty(Engines.PROPERTY, "graph");
            Cli.run(with(run, "--precision", "bfloat16"))
                    .refused("--precision bfloat16 goes with --engine cpu or cuda; engine=graph");
            System.setProperty(Engines.PROPERTY, "CUDA");
            Cli.run(with(run, "--precision", "tf32", "--devices", 2)).refused("--devices goes with --engine cuda");
            assertThat(System.getProperty(Precision.PROPERTY)).isEqualTo("tf32");
            assertThat(System.getProperty(KernelProperties.PRECISION)).isNull();
        } finally {
            System.clearProperty(Precision.PROPERTY);
            System.clearProperty(KernelProperties.PRECISION);
            if (before == null) {
                System.clearProperty(Engines.PROPERTY);
            } else {
                System.setProperty(Engines.PROPERTY, before);
            }
        }
        assertThat(out).doesNotExist();
    }

    private static Object[] with(List<Object> run, Object... more) {
        List<Object> all = new ArrayList<>(run);
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void anUnknownEngineIsRefused() throws Exception {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 4, 20);
        Cli.Result result =
                Cli.run("train", "--engine", "tpu", "--preset", "text-character", "--data", data, "--out", "x");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--engine").contains("tpu");
    }
}
