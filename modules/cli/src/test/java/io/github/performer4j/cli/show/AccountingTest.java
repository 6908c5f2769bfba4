package io.github.performer4j.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes into a command is accounted for, by count and by name. */
class AccountingTest {
    @TempDir
    static Path folder;

    private static Path run;
    private static Path mixed;

    /**
     * a is longer than a window of 32, b and the one without a name are empty, c is one residue, d has a strange
     * letter.
     */
    @BeforeAll
    static void train() throws IOException {
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        run = folder.resolve("run");
        Cli.run("train", "--config", Cli.maskedConfig(folder.resolve("config.json")), "--data", proteins, "--out", run)
                .ok();
        mixed = Files.writeString(
                folder.resolve("mixed.fasta"), ">a\n" + "MKTAY".repeat(10) + "\n>b\n\n>c\nM\n>d\nMKT@AY\n>\n--*\n");
    }

    private static JsonNode input(Path json) throws IOException {
        return new ObjectMapper().readTree(json.toFile()).path("input");
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void embedNamesWhatHasNoRow() throws IOException {
        Path out = folder.resolve("vectors.tsv");
        Path results = folder.resolve("embed.json");
        Cli.Result result = Cli.run("embed", "--model", run, "--data", mixed, "--out", out, "--json", results)
                .ok();
        assertThat(Files.readAllLines(out)).hasSize(4).last().asString().startsWith("d\t");
        assertThat(result.err())
                .contains(mixed + ": 2 of 5 sequences have no token, and no row: b, ")
                .contains(mixed
                        + ": 1 of 5 sequences has more tokens than the model sees at once, and parts seen apart: a\n")
                .contains("1 letter outside the vocabulary", "'@' 1");
        JsonNode input = input(results);
        assertThat(input.path("documents").asInt()).isEqualTo(5);
        assertThat(input.path("left_out").path("count").asInt()).isEqualTo(2);
        assertThat(input.path("left_out").path("names").get(0).asText()).isEqualTo("b");
        assertThat(input.path("cut")).isEqualTo(json("{\"count\": 1, \"names\": [\"a\"]}"));
        assertThat(input.path("unknown")).isEqualTo(json("{\"@\": 1}"));
    }

    @Test
    void evalNamesWhatNothingIsPredictedFrom() throws IOException {
        Path results = folder.resolve("eval.json");
        Cli.Result result = Cli.run("eval", "--model", run, "--data", mixed, "--json", results)
                .ok();
        assertThat(result.err())
                .contains("1 of 5 sequences has more tokens than the model sees at once, and parts seen apart: a\n");
        assertThat(input(results).path("left_out").path("count").asInt()).isEqualTo(3);
        assertThat(input(results).path("cut")).isEqualTo(json("{\"count\": 1, \"names\": [\"a\"]}"));
    }

    @Test
    void calibrateTellsWhereItStopped() throws IOException {
        Path results = folder.resolve("calibrate.json");
        Path proteins = folder.resolve("proteins.fasta");
        Cli.Result result = Cli.run(
                        "calibrate",
                        "--model",
                        positive(),
                        "--data",
                        proteins,
                        "--tokens",
                        50,
                        "--out",
                        folder.resolve("c.zip"),
                        "--json",
                        results)
                .ok();
        assertThat(result.err()).contains("stopped at --tokens=50; the rest of its 1,230 tokens was not looked at");
        assertThat(input(results).path("documents").asInt()).isEqualTo(30);
    }

    @Test
    void kernelsTellsWhichTokensItLookedAt() throws IOException {
        Path results = folder.resolve("kernels.json");
        Cli.Result result = Cli.run(
                        "kernels",
                        "--model",
                        positive(),
                        "--data",
                        mixed,
                        "--maps",
                        "positive",
                        "--draws",
                        2,
                        "--pairs",
                        2,
                        "--json",
                        results)
                .ok();
        assertThat(result.err())
                .contains("the first 32 of 52 tokens of a, the longest of the first documents, 32 at most")
                .contains("1 letter outside the vocabulary");
        assertThat(input(results).path("unknown")).isEqualTo(json("{\"@\": 1}"));
    }

    /** Nothing to embed is an error before a file is written. */
    @Test
    void dataWithoutAnyTokenIsRefused() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.fasta"), ">a\n>b\n--\n");
        Path out = folder.resolve("none.tsv");
        Cli.run("embed", "--model", run, "--data", empty, "--out", out).refused("at least one residue");
        assertThat(out).doesNotExist();
    }

    /** A model whose attention is that of the softmax kernel. */
    private static Path positive() throws IOException {
        Path model = folder.resolve("positive");
        if (!Files.exists(model)) {
            Cli.run(
                            "train",
                            "--config",
                            folder.resolve("config.json"),
                            "--set",
                            "model.attention.featureMap=positive",
                            "--data",
                            folder.resolve("proteins.fasta"),
                            "--out",
                            model)
                    .ok();
        }
        return model;
    }
}
