package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed (SIGKILL, as by a machine without memory) again and again ends as the one that is left alone, bit for bit. */
class KillTest {
    private static final int STEPS = 120;
    private static final Path LAST = Path.of("checkpoints", "step-000120.zip");

    @TempDir
    Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a file that is open cannot be replaced there")
    void resumedAfterKillsEqualsNeverKilled() throws Exception {
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        Cli.run(train(config, proteins, whole, 0)).ok();
        Path checkpoints = killed.resolve("checkpoints");

        // Before the first checkpoint: the command, typed again, is not in its own way.
        for (int time = 0; time < 2; time++) {
            try (Child child = Child.start(folder, train(config, proteins, killed, 0))) {
                child.until("a run that is not the last one", () -> holds(killed, child.pid()) && steps(killed) > 0)
                        .kill();
            }
            assertThat(RunFolder.open(killed).savedStep()).isEqualTo(-1);
        }

        // While a checkpoint is written.
        try (Child child = Child.start(folder, train(config, proteins, killed, 1))) {
            child.until("a part of a checkpoint", () -> part(checkpoints)).kill();
        }

        // In the middle of a later step, twice; the process that is killed leaves its lock to nobody.
        for (int time = 0; time < 2; time++) {
            try (Child child = Child.start(folder, resume(config, proteins, killed))) {
                long before = steps(killed);
                child.until("a later step", () -> steps(killed) > before).kill();
            }
        }
        Cli.run(resume(config, proteins, killed)).ok();
        for (String entry : List.of("coefficients.bin", "updaterState.bin")) {
            assertThat(ModelFile.entry(killed.resolve(LAST), entry))
                    .as(entry)
                    .isEqualTo(ModelFile.entry(whole.resolve(LAST), entry));
        }
        assertThat(steps(killed)).isEqualTo(STEPS);
        assertThat(part(checkpoints)).isFalse();
    }

    private static boolean holds(Path run, long pid) throws IOException {
        Path holder = run.resolve("run.pid");
        return Files.exists(holder) && Files.readString(holder).equals(String.valueOf(pid));
    }

    private static Object[] train(Path config, Path data, Path out, int checkpointEvery) {
        return new Object[] {
            "train",
            "--config",
            config,
            "--data",
            data,
            "--out",
            out,
            "--steps",
            STEPS,
            "--threads",
            2,
            "--set",
            "training.checkpointEvery=" + checkpointEvery
        };
    }

    private static Object[] resume(Path config, Path data, Path out) {
        return Stream.concat(Stream.of(train(config, data, out, 1)), Stream.of("--resume"))
                .toArray();
    }

    /** Returns how many steps the metrics tell of; a line that is being written does not count. */
    private static long steps(Path run) throws IOException {
        Path metrics = run.resolve("metrics.jsonl");
        if (!Files.exists(metrics)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(metrics)) {
            return lines.filter(line -> line.startsWith("{\"event\":\"step\"") && line.endsWith("}"))
                    .count();
        }
    }

    private static boolean part(Path checkpoints) {
        if (!Files.isDirectory(checkpoints)) {
            return false;
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.anyMatch(file -> file.toString().endsWith(".tmp"));
        } catch (IOException e) {
            return false; // one was renamed while we looked
        }
    }
}
