package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.core.net.TokenSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose heads attend in groups, from the command line on. */
class HeadGroupsTest {
    private static final String GROUPS =
            "model.attention.groups=[{\"heads\": 1, \"decay\": \"fixed\"}, {\"heads\": 2, \"featureMap\": \"relu\", \"features\": 5}, {\"heads\": 1, \"kind\": \"exact\", \"window\": 6}]";

    @TempDir
    static Path folder;

    private static Path text;
    private static Path config;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        text = Files.writeString(
                folder.resolve("text.txt"),
                "It was a bright cold day in April, and the clocks were striking.\n".repeat(60));
        config = Cli.config(folder.resolve("config.json"), "causal-lm", "character", "start");
        run = folder.resolve("run");
        train(run, "model.attention.heads=4", GROUPS).ok();
    }

    private static Cli.Result train(Path out, String... settings) {
        Object[] args = {"train", "--config", config, "--data", text, "--valid", text, "--out", out};
        Object[] all = new Object[args.length + 2 * settings.length];
        System.arraycopy(args, 0, all, 0, args.length);
        for (int i = 0; i < settings.length; i++) {
            all[args.length + 2 * i] = "--set";
            all[args.length + 2 * i + 1] = settings[i];
        }
        return Cli.run(all);
    }

    /** It is saved, shown, measured head by head, goes out as ONNX and writes texts from its states. */
    @Test
    void itIsAModelAsOthers() throws IOException {
        PerformerModel model = Models.load(run);
        assertThat(model.net().getLayer("block-0").paramTable())
                .containsKeys("Wq", "group2.Wq", "group3.Wq", "bo")
                .doesNotContainKeys("group2.bo", "group3.bo");
        assertThat(TokenSteps.obstacle(model.net())).isNull();
        assertThat(Cli.run("info", run).ok().out()).contains("attention.groups");
        assertThat(Cli.run("eval", "--model", run, "--data", text).ok().out()).isNotEmpty();
        assertThat(Cli.run("generate", "--model", run, "--length", 3).ok().out())
                .isNotEmpty();
        Path onnx = folder.resolve("m.onnx");
        Cli.run("export", "--model", run, "--format", "onnx-stream", "--out", onnx)
                .ok();
        assertThat(Files.readString(folder.resolve("m.md")))
                .contains(
                        "1 head linear with 8 features; 2 heads linear with 5 features; 1 head exact within 6 tokens");
        Cli.run("kernels", "--model", run, "--data", text, "--maps", "positive", "--draws", 2, "--no-times")
                .ok();
    }

    @Test
    void whatCannotBeIsOneLine() {
        train(folder.resolve("none"), GROUPS)
                .refused("heads of the groups must add up to heads; heads=2, groups=[1, 2, 1]");
        train(folder.resolve("none"), "model.attention.groups=[{\"heads\": 2, \"maps\": 1}]")
                .refused("unknown key of a group of heads; key=maps, known=heads, kind, featureMap");
        train(folder.resolve("none"), "model.attention.groups=[{\"heads\": \"two\"}]")
                .refused("model.attention.groups");
        Cli.run("calibrate", "--model", run, "--data", text, "--map", "sderf", "--out", folder.resolve("fitted.zip"))
                .refused("the model's heads must attend alike, for one map to fit all");
        Cli.run(
                        "convert",
                        "--model",
                        run,
                        "--data",
                        text,
                        "--steps",
                        1,
                        "--out",
                        folder.resolve("converted.zip"),
                        "--set",
                        "model.attention.groups=[]")
                .refused("a conversion changes how heads attend");
    }
}
