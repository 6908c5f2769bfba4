package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.kernels.math.CounterRandom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code data split} of images, and its table in train, eval and predict. */
class SplitFileTest {
    private static final int SIDE = 4;
    private static final int IMAGES = 60;

    @TempDir
    private static Path shared;

    private static Path images;
    private static Path config;
    private static Path table;
    private static Path run;
    private static String said;

    @TempDir
    private Path folder;

    @BeforeAll
    static void splitAndTrain() throws IOException {
        images = shared.resolve("images");
        for (int n = 0; n < IMAGES; n++) {
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
            CounterRandom draws = CounterRandom.of(3, n);
            for (int p = 0; p < SIDE * SIDE; p++) {
                image.getRaster().setSample(p % SIDE, p / SIDE, 0, n % 2 * 120 + draws.nextInt(130));
            }
            Path file = images.resolve((n % 2 == 1 ? "bright/" : "dark/") + n + ".png");
            Files.createDirectories(file.getParent());
            ImageIO.write(image, "png", file.toFile());
        }
        config = Files.writeString(shared.resolve("config.json"), """
                {"task": {"name": "classify"},
                 "model": {"maxTokens": 16, "width": 8, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 16},
                           "attention": {"heads": 2, "features": 8}},
                 "data": {"kind": "images-folder", "tokens": "byte", "maxTokens": 16, "tokensPerBatch": 256, "split": "label"},
                 "training": {"steps": 4, "warmupSteps": 1, "evalEvery": 0, "checkpointEvery": 0}}
                """);
        Cli.Result split = Cli.run(
                        "data",
                        "split",
                        images,
                        "--kind",
                        "images-folder",
                        "--rule",
                        "label",
                        "--out",
                        shared.resolve("split"))
                .ok();
        said = split.out();
        table = shared.resolve("split/splits.tsv");
        run = shared.resolve("run");
        Cli.run("train", "--config", config, "--data", images, "--split-file", table, "--out", run)
                .ok();
    }

    private static Set<String> ids(String side) throws IOException {
        try (Stream<String> lines = Files.lines(table)) {
            return lines.map(line -> line.split("\t"))
                    .filter(row -> row[1].equals(side))
                    .map(row -> row[0])
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void theSplitIsStratifiedAndTold() throws IOException {
        assertThat(said)
                .contains(
                        "the same share of every label",
                        "train  54 documents, 864 tokens",
                        "valid  6 documents, 96 tokens",
                        "of 6 held-out images 0 have exactly the pixels of a training image");
        assertThat(ids("valid").stream().filter(id -> id.startsWith("dark/"))).hasSize(3);
        assertThat(ids("train")).hasSize(54);
        try (Stream<Path> files = Files.list(shared.resolve("split"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("splits.tsv", "split.json");
        }
    }

    /** The same rule and seed make the same sides without the table, so the same bits come of both. */
    @Test
    void aRunOnTheTableIsTheRunThatSplitsSo() throws IOException {
        Path own = folder.resolve("own");
        Cli.run("train", "--config", config, "--data", images, "--out", own).ok();
        assertThat(ModelFile.load(run.resolve("best.zip")).net().params())
                .isEqualTo(ModelFile.load(own.resolve("best.zip")).net().params());
        JsonNode sides =
                new ObjectMapper().readTree(run.resolve("data.json").toFile()).get("sides");
        JsonNode owns =
                new ObjectMapper().readTree(own.resolve("data.json").toFile()).get("sides");
        assertThat(sides.get("countsSha256")).isEqualTo(owns.get("countsSha256"));
        assertThat(sides.get("validDocuments").asInt()).isEqualTo(6);
        assertThat(sides.get("method").asText()).isEqualTo("the side valid of " + table);
        Cli.run("train", "--config", config, "--data", images, "--seed", 2, "--out", folder.resolve("other"))
                .ok();
        assertThat(ModelFile.load(folder.resolve("other/best.zip")).net().params())
                .isNotEqualTo(ModelFile.load(own.resolve("best.zip")).net().params());
    }

    /** Held-out images in files of their own are compared, too. */
    @Test
    void copiesInHeldOutFilesAreTold() throws IOException {
        Path valid = folder.resolve("valid");
        for (String name : List.of("dark/0.png", "bright/1.png")) {
            Files.createDirectories(valid.resolve(name).getParent());
            Files.copy(images.resolve(name), valid.resolve(name));
        }
        BufferedImage other = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        ImageIO.write(other, "png", valid.resolve("dark/other.png").toFile());
        Cli.Result result = Cli.run(
                        "train", "--config", config, "--data", images, "--valid", valid, "--out", folder.resolve("out"))
                .ok();
        assertThat(result.err())
                .contains(valid + ": of 3 held-out images 2 have exactly the pixels of a training image");
    }

    @Test
    void evalAndPredictTakeASide() throws IOException {
        Path json = folder.resolve("eval.json");
        Cli.run("eval", "--model", run, "--data", images, "--side", "valid", "--json", json)
                .ok(); // the model knows its table
        assertThat(new ObjectMapper().readTree(json.toFile()).get("count").asInt())
                .isEqualTo(6);
        Path moved = Files.copy(table, folder.resolve("moved.tsv"));
        Cli.run("eval", "--model", run, "--data", images, "--split-file", moved, "--side", "train", "--json", json)
                .ok();
        assertThat(new ObjectMapper().readTree(json.toFile()).get("count").asInt())
                .isEqualTo(54);
        Cli.run("eval", "--model", run, "--data", images, "--json", json).ok();
        assertThat(new ObjectMapper().readTree(json.toFile()).get("count").asInt())
                .isEqualTo(IMAGES);
        Path out = folder.resolve("out.tsv");
        Cli.run("predict", "--model", run, "--data", images, "--split-file", moved, "--side", "valid", "--out", out)
                .ok();
        List<String> lines = Files.readAllLines(out);
        assertThat(lines.stream().skip(1).map(line -> line.split("\t")[0]))
                .containsExactlyInAnyOrderElementsOf(ids("valid"));
    }

    /** Neither a folder for each class nor, of idx, a file of labels. */
    @Test
    void imagesWithoutLabelsHaveVectorsAndPredictions() throws IOException {
        Path flat = Files.createDirectory(folder.resolve("flat"));
        byte[] idx = new byte[16 + 2 * SIDE * SIDE];
        System.arraycopy(new byte[] {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, SIDE, 0, 0, 0, SIDE}, 0, idx, 0, 16);
        for (int i = 0; i < 2; i++) {
            Path image = images.resolve(i == 0 ? "dark/0.png" : "bright/1.png");
            Files.copy(image, flat.resolve(i + ".png"));
            int[] pixels = ImageIO.read(image.toFile()).getRaster().getPixels(0, 0, SIDE, SIDE, (int[]) null);
            for (int p = 0; p < pixels.length; p++) {
                idx[16 + i * pixels.length + p] = (byte) pixels[p];
            }
        }
        Path file = Files.write(folder.resolve("two-images-idx3-ubyte"), idx);
        for (String command : new String[] {"embed", "predict"}) {
            Path folders = folder.resolve(command + "-folder.tsv");
            Path rows = folder.resolve(command + "-idx.tsv");
            Cli.run(command, "--model", run, "--data", flat, "--out", folders).ok();
            Cli.run(command, "--model", run, "--data", file, "--out", rows).ok();
            assertThat(Files.readString(rows).replace("row-1", "0.png").replace("row-2", "1.png"))
                    .isEqualTo(Files.readString(folders));
        }
    }

    @Test
    void whatContradictsIsRefused() throws IOException {
        train("--split-file", table, "--valid", images)
                .refused("held out is what a table of sides says", "valid=" + images);
        train("--split-file", table, "--valid-fraction", 0.2).refused("validFraction=0.2", "data.splitFile=" + table);
        train("--split-file", table, "--group-column", "g")
                .refused("a table of sides alone says what is held out", "option=--group-column");
        train("--split-file", table, "--set", "data.split=document").refused("a value is set once", "--split-file");
        train("--split-file", folder.resolve("none.tsv")).refused("none.tsv");
        Cli.run("eval", "--model", run, "--data", images, "--split-file", table)
                .refused("add --side train, valid or test");
        Cli.run("eval", "--model", run, "--data", images, "--split-file", table, "--side", "held")
                .refused("a side must be train, valid or test; side=held");
        Cli.run("eval", "--model", run, "--data", images, "--side", "test").refused("the side must have an example");
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
                        "--set",
                        "data.splitFile=" + table,
                        "--out",
                        folder.resolve("compared"))
                .refused("a comparison splits its data", "data.splitFile=" + table);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** A table that is wrong is refused by file, line and value, and one that has changed ends no run silently. */
    @Test
    void aWrongTableIsRefusedByLine() throws IOException {
        String text = Files.readString(table);
        table("formatVersion=1", "formatVersion=3").refused(".tsv:1:", "found=formatVersion=3");
        table("\tvalid\n", "\tdev\n").refused("side=dev", ".tsv:");
        table("bright/1.png\t", "bright/0.png\t").refused("bright/1.png", "the table of sides must have every example");
        String line = text.lines().skip(2).findFirst().orElseThrow();
        table(line + "\n", line + "\n" + line + "\n").refused(".tsv:4: an id must have one side", "line before=3");
        table("\\z", "more.png\ttrain\n")
                .refused(".tsv:63: every id of a table of sides must be in the data; id=more.png");
        table("valid\n", "train\n").refused("must have a training and a held-out side", "valid=0");
        Path own = folder.resolve("changed");
        Path copy = Files.copy(table, folder.resolve("copy.tsv"));
        Cli.run("train", "--config", config, "--data", images, "--split-file", copy, "--out", own)
                .ok();
        Files.writeString(copy, text.replaceFirst("\ttrain\n", "\tvalid\n"));
        Cli.run("train", "--resume", "--steps", 5, "--out", own).refused("other data");
    }

    private Cli.Result table(String pattern, String other) throws IOException {
        Path wrong = folder.resolve("wrong.tsv");
        Files.writeString(wrong, Files.readString(table).replaceAll(pattern, other));
        return train("--split-file", wrong);
    }

    private Cli.Result train(Object... more) {
        return Cli.run(Stream.concat(
                        Stream.of("train", "--config", config, "--data", images, "--out", folder.resolve("out")),
                        Stream.of(more))
                .toArray());
    }
}
