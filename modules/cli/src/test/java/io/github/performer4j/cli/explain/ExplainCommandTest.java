package io.github.performer4j.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
    private static final int LENGTH = 41;

    @TempDir
    static Path folder;

    private static Path proteins;
    private static Path masked;
    private static Path relative;

    @BeforeAll
    static void train() throws IOException {
        proteins = Cli.fasta(folder.resolve("proteins.fasta"), 12, LENGTH);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        masked = folder.resolve("masked");
        Cli.run("train", "--config", config, "--data", proteins, "--out", masked)
                .ok();
        relative = folder.resolve("relative");
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--set",
                        "model.embedding.positions=none",
                        "--set",
                        "model.attention.positions=rotary",
                        "--set",
                        "model.attention.decay=fixed",
                        "--data",
                        proteins,
                        "--out",
                        relative)
                .ok();
    }

    /** Every query gives out 1: what tokens receive sums to their number, or less by what the sequence's frame receives. */
    @Test
    void theMassOfEachHeadIsThatOfItsQueries() throws IOException {
        Path table = folder.resolve("mass.tsv");
        Path picture = folder.resolve("mass.png");
        Path json = folder.resolve("mass.json");
        Cli.Result result = Cli.run(
                        "explain",
                        "--model",
                        masked,
                        "--data",
                        proteins,
                        "--id",
                        "p3",
                        "--top",
                        4,
                        "--out",
                        table,
                        "--picture",
                        picture,
                        "--json",
                        json)
                .ok();
        assertThat(result.out()).startsWith("p3: 41 tokens, ").contains("mass 1 = the average");
        List<String> lines = Files.readAllLines(table);
        assertThat(lines).hasSize(1 + LENGTH);
        int columns = lines.get(0).split("\t").length;
        assertThat(lines.get(0)).startsWith("position\ttoken\teven\tblock-0/0\t");
        for (int c = 3; c < columns; c++) {
            double sum = 0;
            for (int t = 1; t <= LENGTH; t++) {
                sum += Double.parseDouble(lines.get(t).split("\t")[c]);
            }
            assertThat(sum).as("column %d", c).isBetween(0.5 * LENGTH, LENGTH + 2 + 1e-3);
        }
        JsonNode results = new ObjectMapper().readTree(json.toFile());
        assertThat(results.path("greatest")).hasSize(4);
        assertThat(results.at("/greatest/0/mass").asDouble())
                .isGreaterThanOrEqualTo(results.at("/greatest/3/mass").asDouble());
        assertThat(results.at("/layers/0/spread/0").asDouble()).isBetween(0.0, 1 + 1e-6);
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(1100);
    }

    /** A window may be shorter everywhere, and longer where positions do not end; embed sees the same windows. */
    @Test
    void windowsAreChosenWherePositionsDoNotEnd() throws IOException {
        Path longer = Cli.fasta(folder.resolve("longer.fasta"), 2, 1000);
        Cli.Result cut =
                Cli.run("explain", "--model", relative, "--data", longer).ok();
        assertThat(cut.err()).contains("more than the model sees at once", "--window");
        Cli.Result whole = Cli.run("explain", "--model", relative, "--data", longer, "--window", 1100)
                .ok();
        assertThat(whole.err()).doesNotContain("at once");
        assertThat(whole.out()).startsWith("p0: 1,000 tokens, ");
        Path vectors = folder.resolve("vectors.tsv");
        Cli.run("embed", "--model", relative, "--data", longer, "--window", 1100, "--out", vectors)
                .ok();
        assertThat(Files.readAllLines(vectors)).hasSize(3);
        Cli.run("explain", "--model", masked, "--data", longer, "--window", 1100)
                .refused("no longer than the model's positions reach", "window=1100");
    }

    @Test
    void whatIsNotThereIsRefused() {
        Cli.run("explain", "--model", masked, "--data", proteins, "--id", "p99")
                .refused("the data must have the sequence; --id=p99");
        Cli.run("explain", "--model", masked, "--data", proteins, "--top", 0)
                .refused("--top must be positive; --top=0");
    }
}
