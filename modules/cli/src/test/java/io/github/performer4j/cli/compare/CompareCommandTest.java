package io.github.performer4j.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code performer compare} on a model of three steps. */
class CompareCommandTest {
    @TempDir
    static Path folder;

    private static Path proteins;
    private static Path config;
    private static Path out;

    @BeforeAll
    static void compare() throws IOException {
        proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        config = Cli.maskedConfig(folder.resolve("config.json"));
        out = folder.resolve("out");
        Cli.Result result = compare(out, "relu,exact", "1,2").ok();
        assertThat(result.err()).contains("run 1 of 4: relu, seed 1", "run 2 of 4: exact, seed 1", "run 4 of 4");
        assertThat(result.out().lines().toList())
                .filteredOn(line -> line.startsWith("| "))
                .hasSize(3);
        assertThat(out.resolve("compare.md")).content().contains(result.out().strip(), "performer compare --config");
    }

    @Test
    void theTableSumsUpTheRuns() throws IOException {
        Cli.Result again = compare(
                        out, "relu,exact", "1,2", "--json", folder.resolve("all.json"), "--set", "training.evalEvery=2")
                .ok();
        assertThat(again.err()).contains("training.evalEvery has no effect: a comparison evaluates each model once");
        assertThat(again.err()).doesNotContain("run ");
        JsonNode json = json("all.json");
        assertThat(json.path("done").asInt()).isEqualTo(4);
        double[] relu = losses(json, "relu");
        double[] exact = losses(json, "exact");
        JsonNode row = row(json, "relu");
        assertThat(row.path("loss").asDouble()).isCloseTo((relu[0] + relu[1]) / 2, within(1e-12));
        assertThat(row.path("standard_deviation").asDouble())
                .isCloseTo(Math.abs(relu[0] - relu[1]) / Math.sqrt(2), within(1e-12));
        assertThat(row.path("difference").asDouble())
                .isCloseTo((relu[0] - exact[0] + relu[1] - exact[1]) / 2, within(1e-12));
        // Of two values, s / √2 is half their distance.
        assertThat(row.path("standard_error").asDouble()).isCloseTo(Math.abs(relu[0] - relu[1]) / 2, within(1e-12));
        assertThat(row.path("difference_standard_error").asDouble())
                .isCloseTo(Math.abs(relu[0] - exact[0] - relu[1] + exact[1]) / 2, within(1e-12));
        assertThat(json.path("reference").asText()).isEqualTo("exact");
        assertThat(row.path("seconds_per_step").asDouble()).isPositive();
        assertThat(json.path("rows").get(0).path("loss").asDouble())
                .isLessThanOrEqualTo(json.path("rows").get(1).path("loss").asDouble());
    }

    @Test
    void allRunsAreEvaluatedOnTheSameTokens() throws IOException {
        compare(out, "relu,exact", "1,2", "--json", folder.resolve("same.json")).ok();
        for (String figure : List.of("count", "order0", "order1")) {
            assertThat(json("same.json").path("runs").findValues(figure).stream()
                            .distinct()
                            .toList())
                    .as(figure)
                    .hasSize(1);
        }
    }

    @Test
    void aWiderComparisonTrainsOnlyTheRest() throws IOException {
        Path wider = folder.resolve("wider");
        compare(wider, "relu", "1").ok();
        Map<String, String> before = Cli.snapshot(wider.resolve("relu-1"));
        Cli.Result result = compare(wider, "relu,oprf", "1").ok();
        assertThat(result.err()).contains("run 2 of 2: oprf, seed 1").doesNotContain("run 1 of 2");
        assertThat(Cli.snapshot(wider.resolve("relu-1"))).isEqualTo(before);
    }

    @Test
    void aMapMayHaveANumberAndIsTheSameHoweverItIsWritten() throws IOException {
        Path numbered = folder.resolve("numbered");
        Cli.Result result = compare(numbered, "GERF:-0.10,ReLU", "1", "--json", folder.resolve("numbered.json"))
                .ok();
        assertThat(result.out()).contains("| gerf:-0.1 |", "| relu      |");
        assertThat(row(json("numbered.json"), "gerf:-0.1").path("loss").asDouble())
                .isPositive();
        assertThat(RunFolder.open(numbered.resolve("gerf_-0.1-1"))
                        .config()
                        .model()
                        .attention()
                        .featureMap())
                .isEqualTo("gerf:-0.1");
        assertThat(compare(numbered, "gerf:-.1,relu", "1").ok().err()).doesNotContain("run ");
    }

    @Test
    void aSpentBudgetSavesAndSaysHowToGoOn() throws IOException {
        Path early = folder.resolve("short");
        // A step and reading the data take more than 60 ns: the first run stops after one step.
        Cli.Result first = compare(early, "relu,exact", "1", "--minutes", 1e-9).ok();
        assertThat(first.err()).contains("stopped with 0 of 2 runs done, missing relu-1, exact-1", "--minutes 1.0E-9");
        assertThat(first.out()).contains("0 of 1");
        assertThat(compare(early, "relu,exact", "1").ok().out()).doesNotContain("0 of 1");
    }

    @Test
    void badInputIsOneLineAndNothingIsWritten() throws IOException {
        Path none = folder.resolve("none");
        compare(none, "relu,positiv", "1")
                .refused(
                        "a map must be exact or a feature map: unknown feature map; name=positiv, known=positive",
                        "gerf:A");
        compare(none, "gerf:0.2", "1").refused("A must be finite and below 1/8; A=0.2");
        compare(none, "gerf:much", "1").refused("A must be a number below 1/8; name=gerf:much");
        compare(none, "gerf:-0.1,gerf:-0.10", "1").refused("values must differ; --maps=[gerf:-0.1, gerf:-0.1]");
        compare(none, "relu,relu", "1").refused("values must differ; --maps=[relu, relu]");
        compare(none, "relu", "1,1").refused("--seeds=[1, 1]");
        compare(none, "relu", "1", "--minutes", 0).refused("minutes must be positive; minutes=0.0");
        compare(none, "relu", "one").refused("--seeds");
        compare(proteins.resolve("none"), "relu", "1").refused("the place to write to must be a folder; out=");
        compare(none, "relu", "1", "--valid", folder.resolve("missing")).refused("missing");
        compare(none, "relu", "1", "--set", "model.widht=3").refused("nearest=model.width");
        Path causal = Cli.config(folder.resolve("causal.json"), "causal-lm", "character", "packed");
        Path text = Files.writeString(folder.resolve("text.txt"), "It is a truth. ".repeat(50));
        Cli.run("compare", "--config", causal, "--data", text, "--maps", "relu,oprf", "--steps", 3, "--out", none)
                .refused("variant=oprf", "causal attention needs");
        assertThat(none).doesNotExist();
    }

    @Test
    void otherSettingsOrDataNeedAnotherFolder() throws IOException {
        Map<String, String> before = Cli.snapshot(out);
        compare(out, "relu,exact", "1,2", "--set", "training.learningRate=0.5").refused("relu-1", "learningRate");
        compare(out, "relu,exact", "1,2", "--seed", 7).refused("the data it was begun with");
        Cli.run("compare", "--config", config, "--data", proteins, "--maps", "relu", "--steps", 4, "--out", out)
                .refused("steps");
        compare(folder, "relu", "1").refused("new, empty or of an earlier comparison");
        assertThat(Cli.snapshot(out)).isEqualTo(before);
    }

    private static Cli.Result compare(Path to, String maps, String seeds, Object... more) {
        List<Object> args = new ArrayList<>(List.of("compare", "--config", config, "--data", proteins));
        args.addAll(List.of("--maps", maps, "--seeds", seeds, "--steps", 3, "--out", to));
        args.addAll(List.of(more));
        return Cli.run(args.toArray());
    }

    private static double[] losses(JsonNode json, String map) {
        List<Double> losses = new ArrayList<>();
        json.path("runs").forEach(run -> {
            if (run.path("variant").asText().equals(map)) {
                losses.add(run.at("/figures/loss").asDouble());
            }
        });
        return losses.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static JsonNode row(JsonNode json, String map) {
        for (JsonNode row : json.path("rows")) {
            if (row.path("variant").asText().equals(map)) {
                return row;
            }
        }
        throw new AssertionError("no row of " + map);
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(folder.resolve(name).toFile());
    }
}
