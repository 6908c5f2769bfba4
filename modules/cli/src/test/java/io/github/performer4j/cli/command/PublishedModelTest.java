package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model that comes with the project works as it is, from its folder. */
class PublishedModelTest {
    private static final Path MODEL = Path.of("../../models/protein-small");

    @TempDir
    private Path folder;

    /** What the documentation says to type right after a clone. */
    @Test
    void itEmbedsProteins() throws IOException {
        Path fasta = Cli.fasta(folder.resolve("my.fasta"), 5, 3);
        Path out = folder.resolve("e.tsv");
        Cli.run("embed", "--model", MODEL, "--data", fasta, "--out", out).ok();
        List<String> rows = Files.readAllLines(out).stream()
                .filter(row -> !row.startsWith("#") && !row.isBlank())
                .toList();
        assertThat(rows.stream().map(row -> row.split("\t").length).max(Integer::compare))
                .contains(1 + 192);
    }

    /** The preset trains one like it, and neither it nor its record tells of a folder of some machine. */
    @Test
    void itIsThePresets() throws IOException {
        ModelInfo info = ModelFile.info(RunFolder.modelFile(MODEL));
        RunConfig preset = RunConfig.preset("protein-small");
        assertThat(info.model().toJson()).isEqualTo(preset.model().toJson());
        assertThat(info.provenance().steps()).isEqualTo(preset.training().steps());
        assertThat(info.provenance().command())
                .contains("--preset protein-small")
                .doesNotContain(" /");
        assertThat(info.data().splitFile()).isEqualTo("runs/apart/splits.tsv");
        assertThat(Files.size(MODEL.resolve("model.zip"))).isLessThan(8 << 20);
    }

    /** Some 40 proteins of the file that it did not learn from: 3,000 hidden residues, each of them foreseen 0.03 nats better than by frequencies at least. */
    @Test
    void itKnowsMoreThanFrequencies() throws IOException {
        Path fasta = folder.resolve("some.fasta");
        Path all = Path.of("../../datasets/proteins/uniprot-queries-500.fasta.gz");
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(all)), StandardCharsets.US_ASCII))) {
            Files.write(fasta, lines.lines().limit(80).toList());
        }
        Path json = folder.resolve("eval.json");
        Cli.run("eval", "--model", MODEL, "--data", fasta, "--json", json).ok();
        JsonNode tree = new ObjectMapper().readTree(json.toFile());
        assertThat(tree.at("/count").asInt()).isGreaterThan(1000);
        assertThat(tree.at("/figures/loss").asDouble())
                .isLessThan(tree.at("/baselines/order0").asDouble() - 0.03);
    }

    /** A folder with neither is told what it lacks. */
    @Test
    void anEmptyFolderIsRefused() {
        Cli.run("info", folder).refused("expected config.json or model.zip in it");
    }
}
