package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a table of labelled sequences: described, split, trained on, evaluated by side. */
class LabelledDataTest {
    @TempDir
    private static Path shared;

    private static Path table;
    private static Path config;
    private static Path run;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() throws IOException {
        StringBuilder text = new StringBuilder("name,seq,family,side,year\n");
        for (int i = 0; i < 90; i++) {
            String family = i % 3 == 0 ? "lys" : "gly";
            String unit = i % 3 == 0 ? "MKKKAKK" : "MGGGAGG";
            text.append("p")
                    .append(i)
                    .append(',')
                    .append(unit.repeat(2 + i % 4))
                    .append("ACDEFGHIKL".charAt(i % 10));
            text.append(',').append(family).append(',');
            text.append(i % 5 == 0 ? "test" : i % 5 == 1 ? "valid" : "train")
                    .append(',')
                    .append(1990 + i % 20)
                    .append('\n');
        }
        table = Files.writeString(shared.resolve("table.csv"), text);
        config = Files.writeString(shared.resolve("config.json"), """
                {"task": {"name": "classify"},
                 "model": {"maxTokens": 32, "width": 8, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 16},
                           "attention": {"heads": 2, "features": 8}},
                 "data": {"maxTokens": 32, "tokensPerBatch": 256},
                 "training": {"steps": 40, "learningRate": 0.02, "warmupSteps": 1, "evalEvery": 0, "checkpointEvery": 0}}
                """);
        run = shared.resolve("run");
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--data",
                        table,
                        "--text-column",
                        "seq",
                        "--label-column",
                        "family",
                        "--split-column",
                        "side",
                        "--id-column",
                        "name",
                        "--out",
                        run,
                        "--json",
                        shared.resolve("train.json"))
                .ok();
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(Files.readString(file));
    }

    @Test
    void trainingFollowsTheTasksFigure() throws IOException {
        JsonNode trained = json(shared.resolve("train.json"));
        assertThat(trained.path("primary").asText()).isEqualTo("accuracy");
        assertThat(trained.path("count").asInt()).isEqualTo(18);
        assertThat(trained.at("/figures/accuracy").asDouble())
                .isGreaterThan(trained.at("/baselines/majority").asDouble());
        assertThat(run.resolve("pictures/confusion.png")).isNotEmptyFile();
        assertThat(Cli.run("info", run).ok().out()).contains("classify", "gives a sequence its class, one of 2");
    }

    @Test
    void aSideIsEvaluatedByItsName() throws IOException {
        Path out = folder.resolve("eval.json");
        Path pictures = folder.resolve("pictures");
        Cli.run("eval", "--model", run, "--data", table, "--side", "test", "--pictures", pictures, "--json", out)
                .ok();
        assertThat(json(out).path("count").asInt()).isEqualTo(18);
        assertThat(pictures.resolve("confusion.png")).isNotEmptyFile();
        Cli.run("eval", "--model", run, "--data", table, "--json", out).ok();
        assertThat(json(out).path("count").asInt()).isEqualTo(90);
        Cli.run("eval", "--model", run, "--data", table, "--side", "last")
                .refused("a side must be train, valid or test; side=last");
        Cli.run("eval", "--model", run, "--data", table, "--pictures", pictures).refused("new or empty folder");
    }

    /** Vectors and predictions are of texts: neither labels nor sides have to be there, and they change nothing where they are. */
    @Test
    void vectorsAndPredictionsNeedNoLabels() throws IOException {
        Path bare = folder.resolve("bare.csv");
        Files.write(
                bare,
                Files.readAllLines(table).stream()
                        .map(line -> line.split(",")[0] + "," + line.split(",")[1])
                        .toList());
        for (String command : new String[] {"embed", "predict"}) {
            Path with = folder.resolve(command + "-with.tsv");
            Path without = folder.resolve(command + "-without.tsv");
            Cli.run(command, "--model", run, "--data", table, "--id-column", "name", "--out", with)
                    .ok();
            Cli.run(command, "--model", run, "--data", bare, "--id-column", "name", "--out", without)
                    .ok();
            assertThat(without).hasSameTextualContentAs(with);
            assertThat(Files.readAllLines(with)).hasSize(1 + 90);
            assertThat(Files.readAllLines(with).get(1)).startsWith("p0\t");
            Cli.run(command, "--model", run, "--data", table, "--label-column", "family", "--out", folder.resolve("no"))
                    .refused("need text, and no labels, groups or splits; option=--label-column");
        }
    }

    @Test
    void describeCountsLabels() throws IOException {
        Path out = folder.resolve("describe.json");
        Cli.Result result = Cli.run(
                        "data",
                        "describe",
                        table,
                        "--text-column",
                        "seq",
                        "--label-column",
                        "family,year",
                        "--json",
                        out)
                .ok();
        assertThat(result.out()).contains("table, 1 file(s)", "family: 90 labelled, 2 different: gly 60, lys 30");
        assertThat(json(out).at("/labels/1/numbers/least").asDouble()).isEqualTo(1990);
        assertThat(json(out).path("documents").asInt()).isEqualTo(90);
    }

    /** The sides that are written are tables that train again. */
    @Test
    void splitsAreWrittenAsTables() throws IOException {
        Path latest = folder.resolve("latest");
        Cli.run(
                        "data",
                        "split",
                        table,
                        "--text-column",
                        "seq",
                        "--label-column",
                        "family",
                        "--time-column",
                        "year",
                        "--valid-fraction",
                        0.2,
                        "--out",
                        latest)
                .ok();
        Cli.run(
                        "data",
                        "describe",
                        latest.resolve("valid.csv.gz"),
                        "--text-column",
                        "seq",
                        "--label-column",
                        "year",
                        "--json",
                        folder.resolve("late.json"))
                .ok();
        assertThat(json(folder.resolve("late.json"))
                        .at("/labels/0/numbers/least")
                        .asDouble())
                .isGreaterThanOrEqualTo(2005);
        Cli.run(
                        "data",
                        "split",
                        table,
                        "--text-column",
                        "seq",
                        "--group-column",
                        "year",
                        "--time-column",
                        "year",
                        "--out",
                        folder.resolve("both"))
                .refused("one column or file says what is held out");
    }

    @Test
    void whatIsMissingIsSaidInOneLine() {
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--data",
                        table,
                        "--text-column",
                        "sequence",
                        "--out",
                        folder.resolve("no"))
                .refused("table.csv:1", "sequence");
        Cli.run("train", "--config", config, "--data", table, "--text-column", "seq", "--out", folder.resolve("no"))
                .refused("table.csv", "a classifier needs labels (--label-column)");
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--data",
                        table,
                        "--text-column",
                        "seq",
                        "--label-column",
                        "family",
                        "--task",
                        "regress",
                        "--out",
                        folder.resolve("no"))
                .refused("table.csv:3", "a label must be a number; column=family, value=gly");
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--data",
                        table,
                        "--text-column",
                        "seq",
                        "--set",
                        "data.columns.text=x",
                        "--out",
                        folder.resolve("no"))
                .refused("a value is set once; --set data.columns.text=x and --text-column");
        assertThat(folder.resolve("no")).doesNotExist();
    }
}
