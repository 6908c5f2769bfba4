package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Cli;
import io.github.performer4j.gpu.device.Libraries;
import java.nio.file.Path;
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

    @Test
    void anUnknownEngineIsRefused() throws Exception {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 4, 20);
        Cli.Result result =
                Cli.run("train", "--engine", "tpu", "--preset", "text-character", "--data", data, "--out", "x");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--engine").contains("tpu");
    }
}
