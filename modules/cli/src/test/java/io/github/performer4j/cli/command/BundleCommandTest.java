package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command on a small language model. */
class BundleCommandTest {
    @TempDir
    static Path folder;

    private static Path model;
    private static Path proteins;

    @BeforeAll
    static void train() throws IOException {
        proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        model = folder.resolve("masked");
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--set",
                        "model.layers=3",
                        "--data",
                        proteins,
                        "--valid",
                        proteins,
                        "--out",
                        model)
                .ok();
    }

    /** Errors and losses are printed and recorded; what comes out is a model like any other, and is trained on. */
    @Test
    void someLayersAreBundled() throws IOException {
        Path out = folder.resolve("bundled.zip");
        Path json = folder.resolve("bundled.json");
        Object[] args = ("bundle --features 64 --layers 3,2 --model " + model + " --data " + proteins + " --out " + out
                        + " --json " + json)
                .split(" ");
        assertThat(Cli.run(args).ok().out())
                .containsPattern("layer 2: error 0\\.\\d{4} of the variance, fitted to [\\d,]+ tokens")
                .containsPattern("layer 3: error 0\\.\\d{4} of the variance")
                .containsPattern("loss \\d\\.\\d{4} before, \\d\\.\\d{4} after")
                .containsPattern("cosine to the model's own vectors [01]\\.\\d{4}")
                .contains(" -> " + out);
        JsonNode tree = new ObjectMapper().readTree(json.toFile());
        assertThat(tree.at("/layers/1/layer").asInt()).isEqualTo(3);
        assertThat(tree.path("after").asDouble())
                .isBetween(
                        0.5 * tree.path("before").asDouble(),
                        2 * tree.path("before").asDouble());
        assertThat(ModelFile.load(out).info().model().feedForward().snnk()).isEqualTo("2,3");
        assertThat(Cli.run("info", out).ok().out()).containsPattern("feedForward.snnk +2,3");
        Cli.run("eval", "--model", out, "--data", proteins).ok();
        Path on = folder.resolve("on");
        Cli.run("train", "--from", out, "--data", proteins, "--valid", proteins, "--steps", 2, "--out", on)
                .ok();
        assertThat(ModelFile.load(on.resolve("best.zip"))
                        .net()
                        .getLayer("block-1")
                        .getParam("W1"))
                .isEqualTo(ModelFile.load(out).net().getLayer("block-1").getParam("W1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--features 0 | features must be from 1 to 4096; features=0",
                "--features 8 --layers 4 | there must be such a layer; layer=4, layers=3",
                "--features 8 --layers x | --layers",
                "--features 8 --ridge 0 | the ridge must be between 0 and 1; ridge=0.0",
                "--features 8 --tokens 0 | tokens must be positive; --tokens=0"
            })
    void wrongUsageIsOneLine(String arguments, String message) {
        Path none = folder.resolve("none.zip");
        Object[] args =
                ("bundle --model " + model + " --data " + proteins + " --out " + none + " " + arguments).split(" ");
        Cli.run(args).refused(message);
        assertThat(none).doesNotExist();
    }

    @Test
    void nothingIsOverwrittenAndNoTextIsRefused() throws IOException {
        Path there = Files.writeString(folder.resolve("there.zip"), "");
        Cli.run("bundle", "--model", model, "--data", proteins, "--features", 8, "--out", there)
                .refused("there.zip", "exists already");
        Path empty = Files.writeString(folder.resolve("empty.fasta"), "");
        Cli.run("bundle", "--model", model, "--data", empty, "--features", 8, "--out", folder.resolve("n.zip"))
                .refused("empty.fasta");
    }
}
