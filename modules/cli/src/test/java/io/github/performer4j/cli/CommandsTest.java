package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command once, on a model of three steps. */
class CommandsTest {
    @TempDir
    static Path folder;

    private static Path proteins;
    private static Path config;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        config = Cli.maskedConfig(folder.resolve("config.json"));
        run = folder.resolve("run");
        Cli.Result result = Cli.run(
                        "train",
                        "--config",
                        config,
                        "--data",
                        proteins,
                        "--out",
                        run,
                        "--json",
                        folder.resolve("train.json"))
                .ok();
        assertThat(result.out()).contains("order 0", "order 1", "this model");
        assertThat(result.err()).contains("step 1 ", "held-out loss").doesNotContain("Added differentiated op");
        assertThat(json("train.json").path("step").asInt()).isEqualTo(3);
        assertThat(json("train.json").path("outcome").asText()).isEqualTo("finished");
        assertThat(run.resolve("report.html")).exists();
    }

    @Test
    void evalMeasuresTheSameWithAnyNumberOfThreads() throws IOException {
        for (int threads = 1; threads <= 3; threads += 2) {
            Cli.run("eval", "--model", run, "--data", proteins, "--threads", threads, "--json", file("eval" + threads))
                    .ok();
        }
        JsonNode one = json("eval1");
        assertThat(List.copyOf(one.properties().stream().map(e -> e.getKey()).toList()))
                .containsExactly("primary", "higherIsBetter", "figures", "baselines", "count", "input");
        assertThat(one).isEqualTo(json("eval3"));
        assertThat(one.at("/figures/perplexity").asDouble())
                .isCloseTo(Math.exp(one.at("/figures/loss").asDouble()), within(1e-9));
        assertThat(one.path("count").asLong()).isBetween(30L, 30L * 41);
        // 20 letters nearly evenly: the frequencies say little more than log 20
        assertThat(one.at("/baselines/order0").asDouble()).isCloseTo(Math.log(20), within(0.3));
    }

    @Test
    void anotherSeedMasksOtherPositions() throws IOException {
        Cli.run("eval", "--model", run, "--data", proteins, "--json", file("seed1"))
                .ok();
        Cli.run("eval", "--model", run, "--data", proteins, "--seed", 2, "--json", file("seed2"))
                .ok();
        assertThat(json("seed2").at("/baselines/order0"))
                .isNotEqualTo(json("seed1").at("/baselines/order0"));
    }

    @Test
    void fillWritesWholeSequencesInAnOrder() throws IOException {
        String sequence = "MK_AYI?K";
        Cli.Result result = Cli.run(
                        "fill", "--model", run, "--sequence", sequence, "--order", "confidence", "--json", file("left"))
                .ok();
        assertThat(result.out()).startsWith("order=confidence, per-step=1, temperature=0.0, seed=1");
        JsonNode one = json("left").path("sequences").get(0);
        assertThat(one.path("sequence").asText()).matches("MK[A-Z]AYI[A-Z]K");
        assertThat(one.path("filled")).hasSize(2);
        Cli.run("fill", "--model", run, "--sequence", sequence, "--count", "3", "--seed", "7", "--json", file("three"))
                .ok();
        assertThat(json("three").path("order").asText()).isEqualTo("together");
        assertThat(json("three").path("temperature").asDouble()).isEqualTo(1);
        assertThat(json("three").path("sequences")).hasSize(3);
        Cli.run("fill", "--model", run, "--sequence", sequence, "--order", "right")
                .refused("unknown order; order=right, known=together, left, confidence, random");
        Cli.run("fill", "--model", run, "--sequence", sequence, "--per-step", "2")
                .refused("goes with an order that fills one token after the other; --per-step=2, --order=together");
        Cli.run("fill", "--model", run, "--sequence", "MKV", "--order", "left").refused("masked token");
    }

    @Test
    void fillNamesTheMaskedResidues() throws IOException {
        Cli.Result result = Cli.run("fill", "--model", run, "--sequence", "MK_AYI?K", "--json", file("fill"))
                .ok();
        assertThat(result.out()).contains("position 3 ", "position 7 ").hasLineCount(2);
        JsonNode filled = json("fill").path("filled");
        assertThat(filled).hasSize(2);
        assertThat(filled.get(1).path("position").asInt()).isEqualTo(7);
        assertThat(filled.get(1).path("guesses")).hasSize(5);
    }

    @Test
    void embedWritesALineForEachSequenceOrToken() throws IOException {
        Path mean = folder.resolve("mean.tsv");
        Cli.run("embed", "--model", run, "--data", proteins, "--out", mean).ok();
        List<String> lines = Files.readAllLines(mean);
        assertThat(lines).hasSize(31);
        assertThat(lines.get(0)).isEqualTo("id\td0\td1\td2\td3\td4\td5\td6\td7");
        assertThat(lines.get(1)).startsWith("p0\t");
        Path tokens = folder.resolve("tokens.tsv");
        Cli.run("embed", "--model", run, "--data", proteins, "--out", tokens, "--pool", "none")
                .ok();
        List<String> rows = Files.readAllLines(tokens);
        assertThat(rows).hasSize(1 + 30 * 41);
        assertThat(rows.get(41)).startsWith("p0\t41\t");
        double sum = 0;
        for (int t = 1; t <= 41; t++) {
            sum += Double.parseDouble(rows.get(t).split("\t")[3]);
        }
        // six digits are written
        assertThat(Double.parseDouble(lines.get(1).split("\t")[1])).isCloseTo(sum / 41, within(1e-5));
        Cli.run("embed", "--model", run, "--data", proteins, "--out", mean).refused("mean.tsv", "exists already");
    }

    @Test
    void infoShowsWhereAModelComesFrom() throws IOException {
        Cli.Result result = Cli.run("info", run, "--json", file("info")).ok();
        assertThat(result.out()).contains("masked-lm", "performer train --config", "width");
        assertThat(json("info").path("provenance").path("steps").asInt()).isEqualTo(3);
        assertThat(json("info").path("formatVersion").asInt()).isEqualTo(2);
        assertThat(json("info").path("engine").asText()).isEqualTo("cpu");
        assertThat(json("info").path("products").asText()).matches("(oneDNN|OpenBLAS) [0-9.]+ \\(.+\\)");
    }

    @Test
    void aRunStoppedAndContinuedIsTheRunNeverStopped() throws IOException {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        Cli.run("train", "--config", config, "--data", proteins, "--out", whole, "--steps", 6)
                .ok();
        Cli.run("train", "--config", config, "--data", proteins, "--out", parts, "--steps", 4)
                .ok();
        Cli.run("train", "--out", parts, "--steps", 6, "--threads", 3, "--resume")
                .ok();
        Path last = Path.of("checkpoints", "step-000006.zip");
        for (String entry : List.of("coefficients.bin", "updaterState.bin")) {
            assertThat(ModelFile.entry(parts.resolve(last), entry))
                    .as(entry)
                    .isEqualTo(ModelFile.entry(whole.resolve(last), entry));
        }
    }

    @Test
    void minutesAndStepsTogetherEndWithTheFirst() throws IOException {
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--data",
                        proteins,
                        "--out",
                        folder.resolve("both"),
                        "--steps",
                        4,
                        "--minutes",
                        0.5)
                .ok();
        assertThat(RunFolder.open(folder.resolve("both")).savedStep()).isEqualTo(4);
    }

    /** The run failed, and nobody's input is wrong: exit code 1. Its folder is free for the next try. */
    @Test
    void aRunThatDivergesFails() {
        Object[] args = {"train", "--config", config, "--data", proteins, "--out", folder.resolve("wild")};
        Object[] wild = Arrays.copyOf(args, 9);
        wild[7] = "--set";
        wild[8] = "training.learningRate=1e30";
        Cli.Result failed = Cli.run(wild);
        assertThat(failed.code()).isEqualTo(Main.FAILED);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err().lines().filter(line -> line.startsWith("performer: ")))
                .singleElement()
                .asString()
                .startsWith("performer: the run failed: DivergedException: step ");
        Cli.run(args).ok();
    }

    @Test
    void dataIsDescribedAndSplit() throws IOException {
        Cli.Result described = Cli.run("data", "describe", proteins, "--json", file("describe"))
                .ok();
        assertThat(described.out()).contains("30", "1,230", "entropy");
        assertThat(json("describe").path("tokens").asLong()).isEqualTo(1230);
        Path out = folder.resolve("split");
        Cli.run("data", "split", proteins, "--out", out, "--valid-fraction", 0.3, "--json", file("split.json"))
                .ok();
        assertThat(json("split.json").path("validDocuments").asInt()).isBetween(1, 29);
        assertThat(out).isDirectoryContaining(path -> path.toString().contains("valid"));
        Cli.run("data", "split", proteins, "--out", out).refused("split");
    }

    @Test
    void aCausalModelOfTextGenerates() throws IOException {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "It is a truth universally acknowledged. ".repeat(40));
        Path causal = Cli.config(folder.resolve("causal.json"), "causal-lm", "character", "packed");
        Path out = folder.resolve("causal");
        Cli.run("train", "--config", causal, "--data", text, "--out", out, "--valid", text)
                .ok();
        Object[] generate = {"generate", "--model", out, "--prompt", "It is", "--length", 20, "--seed", 3, "--top-k", 5
        };
        String written = Cli.run(generate).ok().out();
        assertThat(written).startsWith("It is");
        assertThat(Cli.run(generate).ok().out()).isEqualTo(written);
        Cli.run("fill", "--model", out, "--sequence", "a<mask>").refused("fill needs a model of task masked-lm");
    }

    @Test
    void everyCommandExplainsItself() {
        for (List<String> command : List.of(
                List.<String>of(),
                List.of("quickstart"),
                List.of("train"),
                List.of("eval"),
                List.of("generate"),
                List.of("fill"),
                List.of("embed"),
                List.of("explain"),
                List.of("import"),
                List.of("info"),
                List.of("data"),
                List.of("data", "describe"),
                List.of("data", "split"))) {
            Object[] args = java.util.stream.Stream.concat(command.stream(), java.util.stream.Stream.of("--help"))
                    .toArray();
            assertThat(Cli.run(args).ok().out()).as("%s", command).startsWith("Usage: performer");
            boolean leaf = !command.isEmpty() && !command.equals(List.of("data"));
            if (leaf) {
                assertThat(Cli.run(args).out()).as("%s", command).contains("--seed", "--json", "--verbose");
            }
        }
    }

    private static Path file(String name) {
        return folder.resolve(name);
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(file(name).toFile());
    }
}
