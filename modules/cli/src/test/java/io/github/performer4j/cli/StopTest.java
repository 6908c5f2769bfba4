package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own is told to end in the middle of a run: it saves, says how to go on, and the run goes on. */
class StopTest {
    @TempDir
    Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Process.destroy kills there")
    void aSignalSavesAndTheRunGoesOn() throws IOException, InterruptedException {
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        Path out = folder.resolve("run");
        Path stdout = folder.resolve("stdout");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "train",
                        "--config",
                        config.toString(),
                        "--data",
                        proteins.toString(),
                        "--out",
                        out.toString(),
                        "--steps",
                        "1000000")
                .redirectOutput(stdout.toFile())
                .start();
        StringBuilder err = new StringBuilder();
        try (BufferedReader lines = process.errorReader()) {
            boolean told = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                err.append(line).append('\n');
                if (!told && line.startsWith("step ")) {
                    told = true;
                    process.toHandle().destroy(); // SIGTERM, streams left open; Ctrl-C takes the same way
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s", err).isEqualTo(128 + 15);
        assertThat(err).containsPattern("stopped at step \\d+; continue with: performer train .* --resume\n");
        assertThat(err).doesNotContain("Added differentiated op");
        assertThat(stdout).isEmptyFile();

        int done = Integer.parseInt(err.toString().replaceAll("(?s).*stopped at step (\\d+);.*", "$1"));
        Cli.Result resumed = Cli.run(
                        "train", "--config", config, "--data", proteins, "--out", out, "--steps", done + 2, "--resume")
                .ok();
        assertThat(resumed.err()).contains("going on after step ");
        assertThat(Files.exists(out.resolve("report.html"))).isTrue();
    }
}
