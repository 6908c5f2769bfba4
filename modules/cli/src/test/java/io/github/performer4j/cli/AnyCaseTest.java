package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value that names something is read in any case, once, and is written in its own way from then on. */
class AnyCaseTest {
    @TempDir
    static Path folder;

    private static Path proteins;
    private static Path model;

    @BeforeAll
    static void train() throws IOException {
        proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        model = folder.resolve("run");
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--set",
                        "model.attention.featureMap=positive",
                        "--data",
                        proteins,
                        "--out",
                        model,
                        "--on-unknown",
                        "Mask")
                .ok();
    }

    @Test
    void presets() {
        Path missing = folder.resolve("missing.fasta");
        Cli.run("train", "--preset", "Protein-QUICKSTART", "--data", missing, "--out", folder.resolve("o"))
                .refused("missing.fasta");
    }

    @Test
    void mapsAndProjections() throws IOException {
        Cli.Result kernels = Cli.run(
                        "kernels",
                        "--maps",
                        "POSITIVE,Gerf:-0.10",
                        "--projections",
                        "IID,Givens",
                        "--features",
                        4,
                        "--head-size",
                        4,
                        "--draws",
                        2)
                .ok();
        assertThat(kernels.out()).contains("positive, iid", "positive, givens", "gerf:-0.1, iid");
        Path zip = folder.resolve("c.zip");
        Cli.run("calibrate", "--model", model, "--data", proteins, "--map", "SADERF", "--tokens", 50, "--out", zip)
                .ok();
        assertThat(Cli.run("info", zip).ok().out().lines()).contains("  attention.featureMap         saderf");
    }

    @Test
    void enums() throws IOException {
        for (String pool : List.of("none", "NONE", "None")) {
            Path out = folder.resolve("vectors-" + pool + ".tsv");
            Cli.run("embed", "--model", model, "--data", proteins, "--out", out, "--pool", pool)
                    .ok();
            assertThat(Files.readAllLines(out)).hasSize(1 + 30 * 41);
        }
        assertThat(Cli.run("data", "describe", proteins, "--tokens", "Protein", "--on-unknown", "ERROR")
                        .ok()
                        .out())
                .contains("protein");
        Cli.run("bench", "attention", "--causal", "Both", "--engines", "FUSED", "--attention", "FAVOR+", "--runs", 0)
                .refused("runs must be positive");
    }
}
