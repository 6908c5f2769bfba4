package io.github.performer4j.cli.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Child;
import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A search that is killed (SIGKILL) in the middle of a trial and typed again ends as the one that is left alone. */
class TuneKillTest {
    @TempDir
    Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a file that is open cannot be replaced there")
    void aKilledSearchGoesOn() throws Exception {
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        Path space = Files.writeString(folder.resolve("space.json"), """
                {"formatVersion": 1, "parameters": {
                  "training.learningRate": {"kind": "log", "min": 1e-4, "max": 1e-1},
                  "model.layers": {"kind": "integer", "min": 1, "max": 2}}}
                """);
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        Cli.run(command(config, proteins, space, whole)).ok();
        for (int trial : new int[] {1, 3}) {
            Path metrics = killed.resolve("trial-000" + trial).resolve("metrics.jsonl");
            try (Child child = Child.start(folder, command(config, proteins, space, killed))) {
                child.until("a step of trial " + trial, () -> Files.exists(metrics) && Files.size(metrics) > 0)
                        .kill();
            }
        }
        Cli.run(command(config, proteins, space, killed)).ok();
        assertThat(log(killed)).isEqualTo(log(whole)).hasSize(2 * 4);
    }

    private static Object[] command(Path config, Path data, Path space, Path out) {
        return new Object[] {
            "tune",
            "--config",
            config,
            "--data",
            data,
            "--space",
            space,
            "--steps",
            60,
            "--trials",
            4,
            "--threads",
            1,
            "--out",
            out
        };
    }

    /** Returns all that happened, but for the time it took. */
    private static List<String> log(Path search) throws IOException {
        return Files.readAllLines(search.resolve("trials.jsonl")).stream()
                .map(line -> line.replaceAll("\"secondsPerStep\":[^,]*,", ""))
                .toList();
    }
}
