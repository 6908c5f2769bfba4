package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.kernels.math.CounterRandom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on images in patches: trained on, evaluated, predicted, made vectors of; and what is refused. */
class ImageCommandsTest {
    private static final int SIDE = 8;
    private static final int EACH = 40;

    @TempDir
    private static Path shared;

    private static Path images;
    private static Path config;
    private static Path run;

    @TempDir
    private Path folder;

    /** Dark and bright images among noise, a folder for each. */
    @BeforeAll
    static void train() throws IOException {
        images = shared.resolve("images");
        for (int n = 0; n < 2 * EACH; n++) {
            paint(images.resolve((n % 2 == 0 ? "bright" : "dark") + "/" + n + ".png"), SIDE, n, n % 2 == 0 ? 120 : 0);
        }
        config = Files.writeString(shared.resolve("config.json"), """
                {"task": {"name": "classify"},
                 "model": {"maxTokens": 16, "width": 8, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 16},
                           "attention": {"heads": 2, "features": 8}},
                 "data": {"kind": "images-folder", "tokens": "byte", "maxTokens": 16, "tokensPerBatch": 256, "split": "label"},
                 "training": {"steps": 60, "learningRate": 0.02, "warmupSteps": 1, "evalEvery": 0, "checkpointEvery": 0}}
                """);
        run = shared.resolve("run");
        Cli.run("train", "--config", config, "--data", images, "--set", "data.patch=4", "--out", run)
                .ok();
    }

    private static void paint(Path file, int side, int number, int light) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        CounterRandom draws = CounterRandom.of(3, number);
        for (int p = 0; p < side * side; p++) {
            image.getRaster().setSample(p % side, p / side, 0, light + draws.nextInt(130));
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    @Test
    void predictionsAreThoseOfTheEvaluation() throws IOException {
        Path json = folder.resolve("eval.json");
        Cli.Result eval = Cli.run("eval", "--model", run, "--data", images, "--json", json)
                .ok();
        assertThat(eval.err()).doesNotContain("more tokens than the model sees");
        JsonNode evaluation = new ObjectMapper().readTree(json.toFile());
        assertThat(evaluation.at("/figures/accuracy").asDouble()).isGreaterThan(0.9);
        Path out = folder.resolve("out.tsv");
        Cli.run("predict", "--model", run, "--data", images, "--out", out).ok();
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(1 + 2 * EACH);
        long right = lines.stream()
                .skip(1)
                .filter(line -> line.split("\t")[0].startsWith(line.split("\t")[1] + "/"))
                .count();
        assertThat(right / (2.0 * EACH))
                .isEqualTo(evaluation.at("/figures/accuracy").asDouble());
        assertThat(Cli.run("info", run).ok().out()).contains("rowSize", "16");
    }

    @Test
    void vectorsAreOfImagesOrPatches() throws IOException {
        Path mean = folder.resolve("mean.tsv");
        Cli.run("embed", "--model", run, "--data", images, "--out", mean).ok();
        assertThat(Files.readAllLines(mean)).hasSize(1 + 2 * EACH);
        Path all = folder.resolve("all.tsv");
        Cli.run("embed", "--model", run, "--data", images, "--pool", "none", "--out", all)
                .ok();
        List<String> lines = Files.readAllLines(all);
        assertThat(lines).hasSize(1 + 2 * EACH * 4);
        assertThat(lines.get(4).split("\t")).hasSize(3 + 8).contains("4", "patch");
    }

    /** Patches on a grid, whose rows are never padded: trained, evaluated, predicted. */
    @Test
    void attentionOnAGrid() throws IOException {
        Path grid = folder.resolve("grid");
        Cli.run(train(4, "model.attention.grid=2x2", grid))
                .refused("on a grid data.maxTokens and model.maxTokens must be its places", "places=4");
        Cli.run(train(0, "model.attention.grid=8x8", grid)).refused("(data.patch)", "data.patch=0");
        List<Object> causal = new ArrayList<>(List.of(train(2, "model.attention.grid=4x4", grid)));
        causal.addAll(List.of("--set", "model.attention.causal=true"));
        Cli.run(causal.toArray()).refused("a grid needs linear attention that is not causal");
        assertThat(grid).doesNotExist();
        Cli.run(train(2, "model.attention.grid=4x4", grid)).ok();
        Path out = folder.resolve("grid.tsv");
        Cli.run("predict", "--model", grid, "--data", images, "--out", out).ok();
        assertThat(Files.readAllLines(out)).hasSize(1 + 2 * EACH);
        Cli.run("eval", "--model", grid, "--data", images).ok();
    }

    /** Fourier positions on a grid go with attention that is causal; the grid is the image's. */
    @Test
    void fourierPositionsOnAGrid() throws IOException {
        Path grid = folder.resolve("fourier");
        List<Object> arguments = new ArrayList<>(List.of(train(2, "model.attention.positions=fourier", grid)));
        arguments.addAll(List.of(
                "--set",
                "model.attention.featureMap=positive",
                "--set",
                "model.attention.causal=true",
                "--set",
                "model.attention.grid=2x8"));
        Cli.run(arguments.toArray()).refused("a grid of rows and columns must be the image's", "image=8×8×1");
        arguments.set(arguments.size() - 1, "model.attention.grid=cls+4x4");
        Cli.run(arguments.toArray()).refused("(data.patch)", "data.patch=2");
        arguments.set(arguments.size() - 1, "model.attention.grid=17");
        Cli.run(arguments.toArray()).refused("on a grid data.maxTokens and model.maxTokens must be its places");
        assertThat(grid).doesNotExist();
        arguments.set(arguments.size() - 1, "model.attention.grid=4x4");
        Cli.run(arguments.toArray()).ok();
        Path out = folder.resolve("fourier.tsv");
        Cli.run("predict", "--model", grid, "--data", images, "--out", out).ok();
        assertThat(Files.readAllLines(out)).hasSize(1 + 2 * EACH);
        Cli.run("eval", "--model", grid, "--data", images).ok();
        Path text = folder.resolve("notes.txt");
        Files.writeString(text, "no image at all, but a text of some words");
        Cli.run("predict", "--model", grid, "--data", text, "--out", folder.resolve("text.tsv"))
                .refused("reads images");
        assertThat(folder.resolve("text.tsv")).doesNotExist();
    }

    /** Single values on a grid behind a class token, whose vector is the image's: trained, evaluated, predicted. */
    @Test
    void aClassTokenInFrontOfAGrid() throws IOException {
        Path grid = folder.resolve("class-token");
        List<Object> arguments = new ArrayList<>(List.of(train(0, "model.attention.grid=cls+8x8", grid)));
        arguments.addAll(List.of(
                "--set", "data.maxTokens=65", "--set", "model.maxTokens=65", "--set", "model.head.pooling=first"));
        Cli.run(arguments.toArray()).refused("data.framing=start", "data.framing=both");
        arguments.addAll(List.of("--set", "data.framing=start"));
        Cli.run(arguments.toArray()).ok();
        Path out = folder.resolve("class-token.tsv");
        Cli.run("predict", "--model", grid, "--data", images, "--out", out).ok();
        assertThat(Files.readAllLines(out)).hasSize(1 + 2 * EACH);
        Cli.run("eval", "--model", grid, "--data", images).ok();
    }

    private static Object[] train(int patch, String set, Path out) {
        return new Object[] {
            "train",
            "--config",
            config,
            "--data",
            images,
            "--set",
            "data.patch=" + patch,
            "--set",
            set,
            "--steps",
            5,
            "--out",
            out
        };
    }

    @Test
    void whatDoesNotFitIsSaidInOneLine() throws IOException {
        Path other = folder.resolve("other");
        paint(other.resolve("bright/a.png"), 12, 1, 90);
        Cli.run("eval", "--model", run, "--data", other)
                .refused("a.png", "images must have the size that is named; height×width=8×8, found=12×12");
        Cli.run(
                        "compare",
                        "--config",
                        config,
                        "--data",
                        images,
                        "--maps",
                        "relu",
                        "--steps",
                        1,
                        "--out",
                        folder.resolve("compared"))
                .refused("images stay in their files", "--valid", "images");
        assertThat(folder.resolve("compared")).doesNotExist();
    }
}
