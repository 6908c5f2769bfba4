package io.github.performer4j.cli.tune;

import static org.assertj.core.api.Assertions.assertThat;

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

/** {@code performer tune} on models of three steps. */
class TuneCommandTest {
    @TempDir
    static Path folder;

    private static Path proteins;
    private static Path config;
    private static Path space;
    private static Path out;
    private static Cli.Result first;

    @BeforeAll
    static void tune() throws IOException {
        proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        config = Cli.maskedConfig(folder.resolve("config.json"));
        // Width 12 does not go with 8 heads.
        space = Files.writeString(folder.resolve("space.json"), """
                {"formatVersion": 1, "parameters": {
                  "training.learningRate": {"kind": "log", "min": 1e-4, "max": 1e-1},
                  "model.width": {"kind": "choice", "values": [8, 12, 16]},
                  "model.attention.heads": {"kind": "choice", "values": [2, 8]}}}
                """);
        out = folder.resolve("out");
        first = tune(out, "--trials", 6, "--json", folder.resolve("first.json")).ok();
    }

    private static Cli.Result tune(Path to, Object... more) {
        List<Object> args = new ArrayList<>(List.of("tune", "--config", config, "--data", proteins));
        args.addAll(List.of("--space", space, "--steps", 3, "--out", to));
        args.addAll(List.of(more));
        return Cli.run(args.toArray());
    }

    @Test
    void theLeaderboardTheReportAndTheBest() throws IOException {
        assertThat(first.err()).contains("trial 1 of 6: training.learningRate=0.", "best so far trial");
        assertThat(first.out())
                .contains("held-out loss", "learningRate", "importance (variance of ranks", "performer train --config");
        JsonNode json = new ObjectMapper().readTree(folder.resolve("first.json").toFile());
        assertThat(json.path("complete").asBoolean()).isTrue();
        assertThat(json.path("done").asInt()).isEqualTo(6);
        assertThat(json.path("trials")).hasSize(6);
        String best = json.path("trials").get(0).path("folder").asText();
        assertThat(json.path("best").asInt()).isEqualTo(Integer.parseInt(best.substring("trial-".length())));
        assertThat(Files.readAllLines(out.resolve("leaderboard.csv")))
                .hasSize(7)
                .element(1)
                .asString()
                .contains(best);
        assertThat(out.resolve("report.html")).content().contains("<svg", "performer tune --config");
        Path trained = folder.resolve("trained");
        Cli.run("train", "--config", out.resolve("best.json"), "--data", proteins, "--out", trained)
                .ok();
        assertThat(RunFolder.open(trained).config().model())
                .isEqualTo(RunFolder.open(out.resolve(best)).config().model());
    }

    @Test
    void typedAgainItTrainsNothingAndMoreTrialsOnlyTheRest() throws IOException {
        Path more = folder.resolve("more");
        tune(more, "--trials", 2).ok();
        Map<String, String> before = Cli.snapshot(more.resolve("trial-0001"));
        Cli.Result again = tune(more, "--trials", 2).ok();
        assertThat(again.err()).doesNotContain("trial 1");
        Cli.Result rest = tune(more, "--trials", 3).ok();
        assertThat(rest.err()).contains("trial 3 of 3").doesNotContain("trial 2 of 3");
        assertThat(Cli.snapshot(more.resolve("trial-0001"))).isEqualTo(before);
    }

    @Test
    void aSpentBudgetSaysHowToGoOn() {
        Path early = folder.resolve("early");
        Cli.Result result = tune(early, "--minutes", 1e-9).ok();
        assertThat(result.err()).contains("stopped after 0 trials; continue with: performer tune", "--minutes 1.0E-9");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void halvingSeveralAtATimeAndAGrid() throws IOException {
        Cli.Result halved = tune(
                        folder.resolve("halved"),
                        "--trials",
                        4,
                        "--halving",
                        2,
                        "--parallel",
                        2,
                        "--generator",
                        "Random")
                .ok();
        assertThat(halved.err()).contains("trial 1 of 4, to step 1: ", ", to step 3: ");
        Path small = Files.writeString(folder.resolve("small.json"), """
                {"formatVersion": 1, "parameters": {"model.layers": {"kind": "integer", "min": 1, "max": 2}}}
                """);
        Path grid = folder.resolve("grid");
        Cli.run("tune", "--config", config, "--data", proteins, "--space", small, "--generator", "grid", "--out", grid)
                .ok();
        assertThat(Files.readAllLines(grid.resolve("leaderboard.csv"))).hasSize(3);
    }

    @Test
    void badInputIsOneLineAndNothingIsWritten() throws IOException {
        Path none = folder.resolve("none");
        tune(none).refused("a search ends by --trials, by --minutes, or by both");
        tune(none, "--trials", 0).refused("a search needs a trial; --trials=0");
        tune(none, "--trials", 2, "--halving", 1).refused("halving must keep one of 2 or more trials; --halving=1");
        tune(none, "--trials", 2, "--halving", 3).refused("halving needs as many trials; halving=3, trials=2");
        tune(none, "--minutes", 2, "--halving", 3).refused("halving needs as many trials; halving=3, trials=0");
        tune(none, "--trials", 2, "--parallel", 0).refused("a search runs at least 1 trial at a time; parallel=0");
        tune(none, "--trials", 2, "--minutes", 0).refused("minutes must be positive; minutes=0.0");
        tune(none, "--trials", 2, "--generator", "guess").refused("--generator", "guess");
        tune(none, "--trials", 2, "--set", "training.steps=5").refused("a value is set once", "--steps");
        tune(none, "--trials", 2, "--valid", folder.resolve("missing")).refused("missing");
        space(
                        none,
                        "{\"formatVersion\": 1, \"parameters\": {\"model.widht\": {\"kind\": \"choice\", \"values\": [1, 2]}}}")
                .refused("unknown key; key=model.widht, nearest=model.width");
        space(
                        none,
                        "{\"formatVersion\": 1, \"parameters\": {\"model.layers\": {\"kind\": \"integer\", \"min\": 4, \"max\": 2}}}")
                .refused("bad.json: parameter model.layers: min must be below max; min=4, max=2");
        space(
                        none,
                        "{\"formatVersion\": 1, \"parameters\": {\"model.dropout\": {\"kind\": \"continuous\", \"min\": 0, \"max\": 2}}}")
                .refused("a range must be possible for its key; parameter=model.dropout");
        space(none, "{").refused("bad.json: not valid JSON");
        Cli.run(
                        "tune",
                        "--config",
                        config,
                        "--data",
                        proteins,
                        "--space",
                        folder.resolve("no.json"),
                        "--trials",
                        1,
                        "--out",
                        none)
                .refused("no.json", "there is no such file of a space");
        assertThat(none).doesNotExist();
    }

    private static Cli.Result space(Path to, String json) throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.json"), json);
        return Cli.run(
                "tune",
                "--config",
                config,
                "--data",
                proteins,
                "--space",
                bad,
                "--trials",
                1,
                "--steps",
                1,
                "--out",
                to);
    }

    @Test
    void otherSettingsNeedAnotherFolder() throws IOException {
        Map<String, String> before = Cli.snapshot(out);
        tune(out, "--trials", 6, "--seed", 9).refused("a search goes on with the settings it was begun with", "seed");
        tune(out, "--trials", 6, "--set", "model.dropout=0.5").refused("config.model.dropout");
        tune(folder, "--trials", 6).refused("a search needs a folder that is new, empty or of an earlier search");
        assertThat(Cli.snapshot(out)).isEqualTo(before);
    }
}
