package io.github.performer4j.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.Beam;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data is made, an encoder and a decoder are trained on it, measured, and write targets. */
class TargetCommandsTest {
    private static final String CONFIG = """
            {"task": {"name": "seq2seq"},
             "model": {"maxTokens": 24, "width": 8, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 16},
                       "attention": {"heads": 2, "features": 8, "causal": true}, "encoder": {"layers": 1}},
             "data": {"tokens": "character", "maxTokens": 24, "tokensPerBatch": 512},
             "training": {"steps": 4, "warmupSteps": 1, "schedule": "CONSTANT", "evalEvery": 0, "checkpointEvery": 0}}
            """;

    @TempDir
    private static Path folder;

    private static Path data;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        data = folder.resolve("reversed.tsv");
        Cli.run(
                        "data",
                        "make",
                        "strings",
                        "--rule",
                        "reverse",
                        "--train",
                        60,
                        "--valid",
                        9,
                        "--test",
                        5,
                        "--max-length",
                        8,
                        "--out",
                        data)
                .ok();
        run = folder.resolve("run");
        Path config = Files.writeString(folder.resolve("c.json"), CONFIG);
        Cli.run(train(config, run, "--source-column", "source", "--target-column", "target"))
                .ok();
    }

    private static Object[] train(Path config, Path out, Object... more) {
        List<Object> all = new ArrayList<>(
                List.of("train", "--config", config, "--data", data, "--split-column", "split", "--out", out));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(folder.resolve(name).toFile());
    }

    @Test
    void madeStringsAreReversed() throws IOException {
        List<String> lines = Files.readAllLines(data);
        assertThat(lines.get(0)).isEqualTo("source\ttarget\tsplit");
        assertThat(lines).hasSize(75);
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split("\t");
            assertThat(fields[1])
                    .isEqualTo(new StringBuilder(fields[0]).reverse().toString());
        }
        Cli.run("data", "make", "strings", "--rule", "shuffle", "--out", folder.resolve("no.tsv"))
                .refused("--rule must be reverse or sort; --rule=shuffle");
        Cli.run("data", "make", "strings", "--symbols", 2, "--max-length", 4, "--out", folder.resolve("no.tsv"))
                .refused("there must be so many different strings");
    }

    @Test
    void figuresStandBesideThoseOfCopying() throws IOException {
        Cli.Result eval = Cli.run("eval", "--model", run, "--data", data, "--json", folder.resolve("e.json"))
                .ok();
        assertThat(eval.out())
                .contains("baseline: target frequencies", "sequence accuracy of copying", "of most frequent");
        JsonNode figures = json("e.json").path("figures");
        assertThat(figures.path("sequenceAccuracy").asDouble(-1)).isBetween(0.0, 1.0);
        assertThat(json("e.json").path("primary").asText()).isEqualTo("loss");
        assertThat(Cli.run("info", run).ok().out()).contains("seq2seq");
    }

    @Test
    void targetsAreWrittenForSources() throws IOException {
        Path sources = Files.writeString(folder.resolve("s.tsv"), "source\nabc\n\ngfedc\n");
        Path out = folder.resolve("out.tsv");
        Cli.Result told = Cli.run(
                        "predict", "--model", run, "--data", sources, "--out", out, "--beams", 3, "--length", 5)
                .ok();
        List<String> lines = Files.readAllLines(out);
        assertThat(lines.get(0)).isEqualTo("id\ttarget\tscore\tend\tnote");
        Beam beam = PredictModels.load(Models.file(run))
                .translator()
                .withBeams(3)
                .withMaxNew(5)
                .translate("abc");
        String[] first = lines.get(1).split("\t", -1);
        assertThat(first[1]).isEqualTo(beam.text());
        assertThat(first[3]).isEqualTo(beam.end().name().toLowerCase(Locale.ROOT));
        boolean hit = lines.stream().anyMatch(line -> line.contains("\tlength\t"));
        assertThat(told.err().contains("reached 5 tokens, and were ended there"))
                .isEqualTo(hit);
        Cli.run(
                        "predict",
                        "--model",
                        run,
                        "--data",
                        data,
                        "--out",
                        folder.resolve("all.tsv"),
                        "--split-column",
                        "split")
                .refused("no labels, groups or splits");
        Cli.run(
                        "predict",
                        "--model",
                        run,
                        "--data",
                        data,
                        "--out",
                        folder.resolve("t.tsv"),
                        "--target-column",
                        "target")
                .refused("targets are written, and not read");
        Path longer = Files.writeString(folder.resolve("l.tsv"), "source\n" + "ab".repeat(20) + "\n");
        Cli.run("predict", "--model", run, "--data", longer, "--out", folder.resolve("l.out"))
                .refused("a source is one text that fits the model's window", "l.tsv", "; id=");
        Cli.run("predict", "--model", run, "--data", data, "--out", folder.resolve("n.tsv"), "--length", 99)
                .refused("length=99");
    }

    @Test
    void aPromptIsASource() throws IOException {
        Path json = folder.resolve("g.json");
        Cli.Result searched = Cli.run(
                        "generate", "--model", run, "--prompt", "abcd", "--length", 4, "--beams", 2, "--json", json)
                .ok();
        assertThat(json("g.json").path("texts")).hasSize(2);
        assertThat(json("g.json").path("texts").path(0).path("score").asDouble())
                .isNegative();
        assertThat(searched.out()).startsWith(json("g.json").path("text").asText());
        Cli.run("generate", "--model", run, "--prompt", "abcd", "--length", 4, "--count", 3, "--json", json)
                .ok();
        assertThat(json("g.json").path("texts")).hasSize(3);
        Cli.run("generate", "--model", run, "--prompt", "a", "--length", 4, "--count", 3, "--beams", 2)
                .refused("searched by --beams, or drawn by --count");
        Cli.run("generate", "--model", run, "--prompt", "a", "--length", 4, "--stop", "b")
                .refused("a target has no --stop");
        Cli.run("generate", "--model", run, "--length", 4).refused("a sequence must have a token");
    }

    /** On new data, by updates of low rank that are merged in the end. */
    @Test
    void trainingGoesOnFromATrainedOne() throws IOException {
        Path sorted = folder.resolve("sorted.tsv");
        Cli.run(
                        "data",
                        "make",
                        "strings",
                        "--rule",
                        "sort",
                        "--train",
                        40,
                        "--valid",
                        9,
                        "--test",
                        3,
                        "--max-length",
                        8,
                        "--out",
                        sorted)
                .ok();
        Path out = folder.resolve("on");
        Cli.Result result = Cli.run(
                        "train",
                        "--from",
                        run,
                        "--data",
                        sorted,
                        "--source-column",
                        "source",
                        "--target-column",
                        "target",
                        "--split-column",
                        "split",
                        "--steps",
                        3,
                        "--set",
                        "start.rank=2",
                        "--out",
                        out)
                .ok();
        assertThat(result.out() + result.err()).contains("of its parameters are where the run begins");
        Path merged = folder.resolve("merged.zip");
        Cli.run("merge", "--model", out, "--out", merged).ok();
        Cli.run("generate", "--model", merged, "--prompt", "abc", "--length", 4).ok();
        Cli.run("train", "--from", "../../models/protein-small", "--task", "seq2seq", "--data", sorted, "--out", "no")
                .refused("a model of one sequence has no weights that attend to a source", "trained=masked-lm");
    }

    @Test
    void whatHasNoUseForASourceIsRefusedByName() throws IOException {
        Path out = folder.resolve("refused");
        String what = "is for models that read one sequence, and this one has an encoder and a decoder; task=seq2seq";
        Cli.run("embed", "--model", run, "--data", data, "--text-column", "source", "--out", out)
                .refused("embed " + what);
        Cli.run("explain", "--model", run, "--data", data).refused("explain " + what);
        Cli.run("calibrate", "--model", run, "--data", data, "--map", "saderf", "--out", out)
                .refused("calibrate " + what);
        Cli.run("convert", "--model", run, "--data", data, "--attention", "relu", "--out", out)
                .refused("convert " + what);
        Cli.run("kernels", "--model", run, "--data", data).refused("kernels --model " + what);
        Cli.run("fill", "--model", run, "--sequence", "a_b").refused("seq2seq");
        for (String format : List.of("onnx", "samediff", "safetensors")) {
            Cli.run("export", "--model", run, "--format", format, "--out", out)
                    .refused("export to " + format + " " + what);
        }
        Path zip = folder.resolve("alone.zip");
        Cli.run("export", "--model", run, "--format", "zip", "--out", zip).ok();
        Cli.run("info", zip).ok();
        assertThat(folder.resolve("alone.md")).content().contains("| blocks of the encoder | ");
        Cli.run("train", "--from", run, "--task", "causal-lm", "--data", data, "--out", out)
                .refused("begin a run of their own task alone", "task=causal-lm, trained=seq2seq");
        Path config = Files.writeString(folder.resolve("c2.json"), CONFIG);
        Cli.run(train(config, out, "--source-column", "source", "--target-column", "goal"))
                .refused("goal");
        Cli.run(train(config, out, "--source-column", "source")).refused("need a column of targets (--target-column)");
    }
}
