package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        assertThat(rows).hasSize(1 + 5);
        for (String row : rows.subList(1, rows.size())) {
            String[] fields = row.split("\t");
            assertThat(fields).hasSize(1 + 192);
            assertThat(Arrays.stream(fields).skip(1).mapToDouble(Double::parseDouble))
                    .allMatch(Double::isFinite);
        }
    }

    /** Documents of many lengths share batches, more of them than are taken at once, and each has its own vector in its own line. */
    @Test
    void manyProteinsHaveTheirOwnVectorsInOrder() throws IOException {
        Path fasta = folder.resolve("many.fasta");
        StringBuilder text = new StringBuilder();
        String residues = "MKVLAYTRDESGHCFWNPQI".repeat(4);
        for (int i = 0; i < 1030; i++) { // 1,024 are taken at once
            text.append(">p")
                    .append(i)
                    .append('\n')
                    .append(residues, i % 20, i % 20 + 1 + i * 7 % 60)
                    .append('\n');
        }
        Files.writeString(fasta, text);
        Path out = folder.resolve("many.tsv");
        Cli.run("embed", "--model", MODEL, "--data", fasta, "--out", out).ok();
        List<String> rows = Files.readAllLines(out);
        assertThat(rows).hasSize(1 + 1030);
        PerformerModel model = ModelFile.load(RunFolder.modelFile(MODEL));
        for (int i = 0; i < 1030; i += i < 1020 ? 37 : 1) {
            String[] fields = rows.get(1 + i).split("\t");
            assertThat(fields[0]).isEqualTo("p" + i);
            float[] expected = model.embed(residues.substring(i % 20, i % 20 + 1 + i * 7 % 60));
            for (int e = 0; e < expected.length; e++) {
                assertThat(Float.parseFloat(fields[1 + e])).isCloseTo(expected[e], within(2e-5f));
            }
        }
    }

    /** The preset trains one like it, and neither it nor its record tells of a folder of some machine. */
    @Test
    void itIsThePresets() throws IOException {
        ModelInfo info = ModelFile.info(RunFolder.modelFile(MODEL));
        RunConfig preset = RunConfig.preset("protein-small");
        assertThat(info.model()).isEqualTo(preset.model().with("embedding.vocabulary", 31));
        assertThat(info.provenance().steps()).isEqualTo(preset.training().steps());
        assertThat(info.provenance().command())
                .contains("--preset protein-small")
                .doesNotContain(" /");
        assertThat(info.provenance().dataPath()).isEqualTo("datasets/proteins/uniprot-20k.fasta.gz");
        assertThat(info.data().splitFile()).isNull(); // which would be of other data than those who use the model have
        assertThat(Files.size(MODEL.resolve("model.zip"))).isLessThan(8 << 20);
    }

    /** 60 of the 683 proteins that it was kept apart from, and whatever is like them: every hidden residue is foreseen 0.02 nats better than by frequencies at least. */
    @Test
    void itKnowsMoreThanFrequencies() throws IOException {
        Path fasta = folder.resolve("apart.fasta");
        Path families = Path.of("../../datasets/proteins/uniprot-family14.tsv.gz");
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(families)), StandardCharsets.UTF_8))) {
            Files.write(
                    fasta,
                    lines.lines()
                            .map(line -> line.split("\t"))
                            .filter(row -> row[4].equals("test"))
                            .limit(60)
                            .map(row -> ">" + row[0] + "\n" + row[5])
                            .toList());
        }
        Path json = folder.resolve("eval.json");
        Cli.run("eval", "--model", MODEL, "--data", fasta, "--json", json).ok();
        JsonNode tree = new ObjectMapper().readTree(json.toFile());
        assertThat(tree.at("/count").asInt()).isGreaterThan(2000);
        assertThat(tree.at("/figures/loss").asDouble())
                .isLessThan(tree.at("/baselines/order0").asDouble() - 0.02);
    }

    /** The sides that it was trained by are of other data. */
    @Test
    void itIsBundled() throws IOException {
        Path fasta = Cli.fasta(folder.resolve("some.fasta"), 40, 41);
        Path out = folder.resolve("bundled.zip");
        Cli.run("bundle", "--features", 32, "--layers", 3, "--model", MODEL, "--data", fasta, "--out", out)
                .ok();
        assertThat(ModelFile.info(out).model().feedForward().snnk()).isEqualTo("3");
    }

    /** A folder with neither is told what it lacks. */
    @Test
    void anEmptyFolderIsRefused() {
        Cli.run("info", folder).refused("expected config.json or model.zip in it");
    }
}
