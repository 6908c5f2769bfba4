package io.github.performer4j.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.training.run.RunConfig;
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

/** {@code performer compare --vary}: ablations of a model of three steps. */
class CompareVariantsTest {
    private static final String WIDE = "more hidden:model.feedForward.hidden=32";
    private static final String FAST = "fast:training.learningRate=0.01,model.norm.kind=rms";

    @TempDir
    static Path folder;

    private static Path proteins;
    private static Path config;
    private static Path out;
    private static Cli.Result first;

    @BeforeAll
    static void compare() throws IOException {
        proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        config = Cli.maskedConfig(folder.resolve("config.json"));
        out = folder.resolve("out");
        first = compare(out, "--steps", 3, "--vary", WIDE, "--vary", FAST, "--maps", "exact", "--json", json())
                .ok();
    }

    @Test
    void theBaseTheVariantsAndTheMapsAreRunsOfOneConfiguration() throws IOException {
        assertThat(first.err())
                .contains("run 1 of 8: base, seed 1", "run 2 of 8: more hidden, seed 1", "run 4 of 8: exact, seed 1");
        RunConfig base = RunFolder.open(out.resolve("base-2")).config();
        assertThat(base.model())
                .isEqualTo(RunConfig.fromJson(Files.readString(config)).model());
        assertThat(RunFolder.open(out.resolve("more_hidden-2")).config())
                .isEqualTo(base.withOverride("model.feedForward.hidden", "32"));
        assertThat(RunFolder.open(out.resolve("fast-2")).config())
                .isEqualTo(base.withOverrides(Map.of("training.learningRate", "0.01", "model.norm.kind", "rms")));
    }

    @Test
    void theTableHasDifferencesToTheBaseAndParameters() throws IOException {
        assertThat(first.out())
                .contains("| − base ", "| parameters |", "- more hidden: `model.feedForward.hidden=32`")
                .doesNotContain("| steps |");
        assertThat(out.resolve("compare.md")).content().contains(first.out().strip());
        List<String> table =
                first.out().lines().filter(line -> line.startsWith("|")).toList();
        assertThat(table).hasSize(6);
        assertThat(table).extracting(String::length).containsOnly(table.get(0).length());
        JsonNode json = new ObjectMapper().readTree(json().toFile());
        assertThat(json.path("reference").asText()).isEqualTo("base");
        double[] base = losses(json, "base");
        double[] fast = losses(json, "fast");
        JsonNode row = row(json, "fast");
        assertThat(row.path("difference").asDouble())
                .isCloseTo((fast[0] - base[0] + fast[1] - base[1]) / 2, within(1e-12));
        assertThat(row.path("difference_standard_error").asDouble())
                .isCloseTo(Math.abs(fast[0] - base[0] - fast[1] + base[1]) / 2, within(1e-12));
        assertThat(row(json, "more hidden").path("parameters").asLong()
                        - row(json, "base").path("parameters").asLong())
                .isEqualTo(16 * (8 + 8 + 1));
        assertThat(json.at("/variants/fast/model.norm.kind").asText()).isEqualTo("rms");
        assertThat(json.path("runs").findValues("order1").stream().distinct().toList())
                .as("the same held-out tokens")
                .hasSize(1);
    }

    @Test
    void typedAgainWithOneMoreItTrainsOnlyThatOne() throws IOException {
        Map<String, String> before = Cli.snapshot(out.resolve("more_hidden-1"));
        Cli.Result more = compare(out, "--steps", 3, "--vary", WIDE, "--vary", "flat:model.bias=false")
                .ok();
        assertThat(more.err())
                .contains("run 3 of 6: flat, seed 1", "run 6 of 6: flat, seed 2")
                .doesNotContain("run 1 of", "run 2 of");
        assertThat(Cli.snapshot(out.resolve("more_hidden-1"))).isEqualTo(before);
        compare(out, "--steps", 3, "--vary", "more hidden:model.feedForward.hidden=24")
                .refused("run=more_hidden-1", "model.feedForward.hidden checkpoint=32, run=24");
    }

    @Test
    void runsOfEqualTimeShowTheirSteps() {
        Path timed = folder.resolve("timed");
        Cli.Result result =
                compare(timed, "--minutes-each", 0.005, "--vary", WIDE).ok();
        assertThat(result.out()).contains("| steps |", "0.005 minutes each", "steps: mean over seeds");
        assertThat(compare(timed, "--minutes-each", 0.005, "--vary", WIDE).ok().err())
                .doesNotContain("run ");
        compare(timed, "--minutes-each", 0.006, "--vary", WIDE).refused("base-1", "minutes");
    }

    @Test
    void whatIsWrongIsOneLineAndNothingIsWritten() {
        Path none = folder.resolve("none");
        compare(none, "--steps", 3).refused("--vary", "--maps");
        compare(none, "--vary", WIDE).refused("--steps", "--minutes-each");
        compare(none, "--vary", WIDE, "--steps", 3, "--minutes-each", 1)
                .refused("--minutes-each", "mutually exclusive");
        compare(none, "--steps", 3, "--vary", "wide").refused("a variant must be NAME:KEY=VALUE");
        compare(none, "--steps", 3, "--vary", "wide:model.widht=3").refused("variant=wide", "nearest=model.width");
        compare(none, "--steps", 3, "--vary", "three:model.attention.heads=3").refused("variant=three", "heads");
        compare(none, "--steps", 3, "--vary", WIDE, "--vary", "more_hidden:model.layers=2")
                .refused("variant=more hidden, variant=more_hidden");
        compare(none, "--steps", 3, "--vary", "same:model.layers=1").refused("variant=base, variant=same");
        compare(none, "--steps", 3, "--vary", WIDE, "--set", "training.minutes=3")
                .refused("training.minutes", "--steps");
        assertThat(none).doesNotExist();
    }

    private static Path json() {
        return folder.resolve("all.json");
    }

    private static Cli.Result compare(Path to, Object... more) {
        List<Object> args = new ArrayList<>(List.of("compare", "--config", config, "--data", proteins));
        args.addAll(List.of("--seeds", "1,2", "--out", to));
        args.addAll(List.of(more));
        return Cli.run(args.toArray());
    }

    private static double[] losses(JsonNode json, String variant) {
        List<Double> losses = new ArrayList<>();
        json.path("runs").forEach(run -> {
            if (run.path("variant").asText().equals(variant)) {
                losses.add(run.at("/figures/loss").asDouble());
            }
        });
        return losses.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static JsonNode row(JsonNode json, String variant) {
        for (JsonNode row : json.path("rows")) {
            if (row.path("variant").asText().equals(variant)) {
                return row;
            }
        }
        throw new AssertionError("no row of " + variant);
    }
}
