package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Sampling;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.core.net.TokenSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class CalibrateCommandTest {
    @TempDir
    static Path folder;

    private static Path text;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        text = Files.writeString(
                folder.resolve("text.txt"),
                "It was a bright cold day in April, and the clocks were striking.\n".repeat(60));
        Path config = Cli.config(folder.resolve("config.json"), "causal-lm", "character", "start");
        run = folder.resolve("run");
        Cli.run("train", "--config", config, "--data", text, "--valid", text, "--out", run)
                .ok();
    }

    /** The sample is counted, the weights are the old ones, the model is causal and yet fitted, and the other commands take it. */
    @Test
    void aCausalModelTakesFixedStatistics() throws IOException {
        Path out = folder.resolve("fitted.zip");
        Path json = folder.resolve("fitted.json");
        Cli.Result result = Cli.run(
                        "calibrate",
                        "--model",
                        run,
                        "--data",
                        text,
                        "--tokens",
                        500,
                        "--map",
                        "ADERF",
                        "--out",
                        out,
                        "--json",
                        json)
                .ok();
        assertThat(result.out()).contains("aderf with fixed statistics of ", "1 layers of 2 heads -> " + out);
        JsonNode tree = new ObjectMapper().readTree(Files.readString(json));
        assertThat(tree.path("tokens").asLong()).isBetween(500L, 500L + 128);
        PerformerModel before = Models.load(run);
        PerformerModel after = ModelFile.load(out);
        assertThat(after.info().model().attention().featureMap()).isEqualTo("aderf");
        assertThat(after.info().model().attention().statistics()).isEqualTo("fixed");
        before.net()
                .getLayer("block-0")
                .paramTable()
                .forEach((name, value) -> assertThat(
                                after.net().getLayer("block-0").getParam(name))
                        .as(name)
                        .isEqualTo(value));
        INDArray kept = after.net().getLayer("block-0").getParam("statistics");
        assertThat(kept.getDouble(0, 0)).isEqualTo(1);
        assertThat(after.generate("It was", 5, Sampling.defaults(), 1)).hasSizeLessThanOrEqualTo(5);
        Cli.run("eval", "--model", out, "--data", text).ok();
        Path again = folder.resolve("again.zip");
        Cli.run("calibrate", "--model", out, "--data", text, "--tokens", 500, "--out", again)
                .ok();
        assertThat(ModelFile.load(again).info().model().attention().featureMap())
                .isEqualTo("aderf");
        Cli.run("calibrate", "--model", run, "--data", text, "--out", out).refused("fitted.zip", "exists already");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--map poisson | --map must be a map that fits itself to moments: oprf, saderf, sderf or aderf; --map=poisson",
                "--map cubic | unknown feature map; name=cubic, known=positive,",
                "--tokens 0 | --tokens must be positive; --tokens=0",
                "--tokens few | Invalid value for option '--tokens'"
            })
    void wrongUsageIsOneLine(String arguments, String message) {
        Path none = folder.resolve("none.zip");
        Object[] args =
                ("calibrate --model " + run + " --data " + text + " --out " + none + " " + arguments).split(" ");
        Cli.run(args).refused(message);
        assertThat(none).doesNotExist();
    }

    /** Exact blocks among linear ones have nothing to fit; the model is trained, shown, fitted and continues texts from a state, as others do. */
    @Test
    void exactBlocksAreLeftAsTheyAre() throws IOException {
        Path hybrid = folder.resolve("hybrid");
        Path out = folder.resolve("hybrid.zip");
        Cli.run(
                        "train",
                        "--config",
                        folder.resolve("config.json"),
                        "--set",
                        "model.layers=3",
                        "--set",
                        "model.exactEvery=2",
                        "--set",
                        "model.attention.window=5",
                        "--data",
                        text,
                        "--valid",
                        text,
                        "--out",
                        hybrid)
                .ok();
        assertThat(Cli.run("info", hybrid).ok().out())
                .containsPattern("exactEvery +2\n")
                .containsPattern("attention.window +5\n");
        Cli.Result result = Cli.run(
                        "calibrate", "--model", hybrid, "--data", text, "--tokens", 500, "--map", "sderf", "--out", out)
                .ok();
        assertThat(result.out()).contains("2 layers of 2 heads -> " + out);
        PerformerModel fitted = ModelFile.load(out);
        assertThat(fitted.net().getLayer("block-1").paramTable()).doesNotContainKey("statistics");
        assertThat(fitted.net().getLayer("block-2").getParam("statistics").getDouble(0, 0))
                .isEqualTo(1);
        assertThat(TokenSteps.obstacle(Models.load(hybrid).net())).isNull();
        assertThat(fitted.generate("It was", 5, Sampling.defaults(), 1)).hasSizeLessThanOrEqualTo(5);
        Path none = folder.resolve("none");
        Cli.run(
                        "train",
                        "--config",
                        folder.resolve("config.json"),
                        "--set",
                        "model.exactEvery=2",
                        "--data",
                        text,
                        "--out",
                        none)
                .refused("exactEvery must be from 1 to layers, or 0 for never; exactEvery=2, layers=1");
        assertThat(none).doesNotExist();
    }

    @Test
    void weightsOfAnotherKernelDoNotFit() throws IOException {
        Path config = folder.resolve("relu.json");
        Files.writeString(
                config,
                Files.readString(folder.resolve("config.json"))
                        .replace("\"heads\"", "\"featureMap\": \"relu\", \"heads\""));
        Path relu = folder.resolve("relu");
        Cli.run("train", "--config", config, "--data", text, "--valid", text, "--out", relu)
                .ok();
        Cli.run("calibrate", "--model", relu, "--data", text, "--out", folder.resolve("r.zip"))
                .refused("the model's attention must be that of the softmax kernel", "featureMap=relu");
    }
}
