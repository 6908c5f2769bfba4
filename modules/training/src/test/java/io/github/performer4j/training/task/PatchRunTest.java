package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.Classified;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunModel;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.Evaluators;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on images in patches; the class is the quarter of the image in which a bright square lies among noise. */
class PatchRunTest {
    private static final int SIDE = 12;
    private static final int SQUARE = 3;

    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "classify"},
             "model": {"maxTokens": 16, "width": 16, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 32},
                       "attention": {"heads": 2, "features": 8, "featureMap": "relu"}},
             "data": {"tokens": "byte", "patch": 3, "maxTokens": 16, "tokensPerBatch": 512},
             "training": {"steps": 150, "learningRate": 0.01, "warmupSteps": 10, "evalEvery": 50, "checkpointEvery": 50,
                          "weightDecay": 0.0, "seed": 3}}
            """);

    @TempDir
    Path dir;

    /** Writes square grey images and their quarters; returns the file of images. */
    private Path images(String name, long seed, int count, int side) throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        DataOutputStream p = header(pixels, 3, count, side, side);
        DataOutputStream l = header(labels, 1, count);
        for (int n = 0; n < count; n++) {
            CounterRandom draws = CounterRandom.of(seed, n);
            int quarter = draws.nextInt(4);
            int half = side / 2;
            int top = quarter / 2 * half + draws.nextInt(half - SQUARE + 1);
            int left = quarter % 2 * half + draws.nextInt(half - SQUARE + 1);
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    boolean bright = y >= top && y < top + SQUARE && x >= left && x < left + SQUARE;
                    p.write(bright ? 200 + draws.nextInt(56) : draws.nextInt(100));
                }
            }
            l.write(quarter);
        }
        Files.write(dir.resolve(name + "-labels-idx1-ubyte"), labels.toByteArray());
        return Files.write(dir.resolve(name + "-images-idx3-ubyte"), pixels.toByteArray());
    }

    private static DataOutputStream header(ByteArrayOutputStream bytes, int... sizes) throws IOException {
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x0800 + sizes[0]);
        for (int i = 1; i < sizes.length; i++) {
            out.writeInt(sizes[i]);
        }
        return out;
    }

    private TrainingRun run(RunConfig config, Path data, Path valid, String out) {
        return TrainingRun.of(config, data, dir.resolve(out)).valid(valid);
    }

    @Test
    void aClassifierLearnsItsRuleAndPredictsAsItIsMeasured() throws IOException {
        Path valid = images("v", 2, 120, SIDE);
        TrainingRun.Result result =
                run(CONFIG, images("t", 1, 500, SIDE), valid, "out").execute();
        Evaluation e = result.evaluation();
        assertThat(e.primary()).isEqualTo("accuracy");
        assertThat(e.value()).isGreaterThan(0.9).isGreaterThan(e.baseline("majority") + 0.5);
        assertThat(Files.readString(result.folder().path().resolve("report.html")))
                .contains("training patches", String.valueOf(500 * 16));

        PerformerModel model = ModelFile.load(result.model());
        assertThat(model.info().data().images()).isEqualTo(new ImageShape(SIDE, SIDE, 1));
        assertThat(model.info().model().embedding().rowSize()).isEqualTo(9);
        assertThat(model.info().window()).isEqualTo(16);
        Corpus corpus = Corpus.open(valid, model.info().reading(), model.info().tokenizer());
        Evaluation again =
                Evaluators.of(model.info(), corpus, 1, Long.MAX_VALUE).evaluate(model.net(), 2);
        assertThat(again.value()).isEqualTo(e.value());
        List<ModelInput> inputs = new ArrayList<>();
        List<String> truth = new ArrayList<>();
        List<int[]> pixels = new ArrayList<>();
        try (CorpusExamples examples = corpus.examples()) {
            for (Example one = examples.next(); one != null; one = examples.next()) {
                inputs.add(model.classifier().reader().symbols(one.symbols()));
                truth.add(one.labels().get(0));
                pixels.add(one.symbols());
            }
        }
        List<Classified> many = model.classifier().classifyInputs(inputs);
        int right = 0;
        double loss = 0;
        for (int i = 0; i < many.size(); i++) {
            right += many.get(i).best().label().equals(truth.get(i)) ? 1 : 0;
            String label = truth.get(i);
            loss -= Math.log(many.get(i).scores().stream()
                    .filter(score -> score.label().equals(label))
                    .findFirst()
                    .orElseThrow()
                    .probability());
        }
        assertThat((double) right / many.size()).isEqualTo(again.value());
        assertThat(loss / many.size()).isCloseTo(again.figures().get("loss"), within(1e-4));
        Classified alone =
                model.classifier().classifyInputs(inputs.subList(5, 6)).get(0);
        for (int c = 0; c < 4; c++) {
            assertThat(alone.scores().get(c).probability())
                    .isCloseTo(many.get(5).scores().get(c).probability(), within(1e-6));
        }
        assertThat(model.classify(pixels.get(5))).isEqualTo(alone);
        refusals(model);
    }

    private RunConfig onGrid(String grid, int tokens, boolean weights) {
        RunConfig config = CONFIG.withOverride("data.patch", "0")
                .withOverride("data.framing", "start")
                .withOverride("data.maxTokens", String.valueOf(tokens))
                .withOverride("model.maxTokens", String.valueOf(tokens))
                .withOverride("model.attention.grid", grid);
        return weights
                ? config
                : config.withOverride("model.attention.featureMap", "positive")
                        .withOverride("model.attention.positions", "fourier");
    }

    /** Places are as many on grids of other shapes, and windows of an image are as long as some grid. */
    @Test
    void theGridOfSingleValuesIsTheImages() throws IOException {
        Path train = images("grid", 1, 20, SIDE);
        Path valid = images("held", 2, 20, SIDE);
        Path small = images("small", 3, 20, SIDE / 2);
        for (boolean weights : new boolean[] {true, false}) {
            for (String grid : List.of("cls+12x12", "cls+144", "cls+12x12x1")) {
                RunConfig config = onGrid(grid, 145, weights);
                RunModel.of(config, train, valid).require(config);
            }
            for (String grid : List.of("cls+8x18", "cls+6x2x12")) {
                RunConfig other = onGrid(grid, 145, weights);
                assertThatThrownBy(() -> RunModel.of(other, train, valid).require(other))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("a grid of rows and columns must be the image's")
                        .hasMessageContaining("model.attention.grid=" + grid.substring(4) + " and a class token")
                        .hasMessageContaining("image=12×12×1");
            }
            for (String grid : List.of("cls+12x12", "cls+144")) {
                RunConfig window = onGrid(grid, 145, weights).withOverride("data.columns.options.channels", "3");
                assertThatThrownBy(() -> RunModel.of(window, train, valid).require(window))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("a grid of rows and columns must be the image's")
                        .hasMessageContaining("image=12×12×3");
            }
            RunConfig values = onGrid("cls+12x12x3", 433, weights).withOverride("data.columns.options.channels", "3");
            RunModel.of(values, train, valid).require(values);
            RunConfig config = onGrid("cls+12x12", 145, weights);
            assertThatThrownBy(() -> run(config, train, small, "small").execute())
                    .hasMessageContaining("images must have the size that is named");
        }
    }

    private static void refusals(PerformerModel model) {
        assertThatThrownBy(() -> model.classify(new int[100]))
                .hasMessage("an image must have as many symbols as its shape; shape=12×12×1, symbols=100");
        assertThatThrownBy(() -> model.classify("text"))
                .hasMessage("the model reads images, by their symbols; data.patch=3, image=12×12×1");
        assertThat(model.embed(model.classifier()
                        .reader()
                        .symbols(new int[SIDE * SIDE])
                        .ids()))
                .hasSize(16);
    }

    @Test
    void aResumedRunIsTheSame() throws IOException {
        Path train = images("t", 1, 90, SIDE);
        Path valid = images("v", 2, 20, SIDE);
        RunConfig config = CONFIG.withOverrides(
                Map.of("training.steps", "12", "training.checkpointEvery", "6", "training.schedule", "CONSTANT"));
        run(config, train, valid, "straight").execute();
        run(config.withOverride("training.steps", "6"), train, valid, "resumed").execute();
        run(config, train, valid, "resumed").resume(true).execute();
        String newest = "checkpoints/step-000012.zip";
        assertThat(ModelFile.entry(dir.resolve("resumed").resolve(newest), "coefficients.bin"))
                .isEqualTo(ModelFile.entry(dir.resolve("straight").resolve(newest), "coefficients.bin"));
    }

    @Test
    void aRegressionReadsPatchesToo() throws IOException {
        RunConfig config = CONFIG.withOverrides(Map.of("task.name", "regress", "training.steps", "100"));
        Evaluation e = run(config, images("t", 1, 400, SIDE), images("v", 2, 100, SIDE), "out")
                .execute()
                .evaluation();
        assertThat(e.value()).isLessThan(0.7 * e.baseline("meanValue"));
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path train = images("t", 1, 40, SIDE);
        Path valid = images("v", 2, 20, 16);
        assertThatThrownBy(() -> run(CONFIG, train, valid, "out").execute())
                .hasMessageContaining("v-images-idx3-ubyte")
                .hasMessageContaining("images must have the size that is named; height×width=12×12, found=16×16");
        for (String task : List.of("pixels", "causal-lm", "tag", "pairs", "masked-lm")) {
            assertThatThrownBy(() -> run(CONFIG.withOverride("task.name", task), train, train, "out")
                            .execute())
                    .hasMessage("the task needs tokens, and images in patches are rows of floats; task=" + task
                            + ", data.patch=3");
        }
        assertThatThrownBy(() -> run(CONFIG.withOverride("data.patch", "5"), train, train, "out")
                        .execute())
                .hasMessageContaining("the side of a patch must divide height and width; size=5, shape=12×12×1");
        assertThatThrownBy(() -> run(CONFIG.withOverride("model.embedding.rowSize", "8"), train, train, "out")
                        .execute())
                .hasMessage(
                        "model.embedding.rowSize must be 0 or that of the data's patches or nodes; rowSize=8, data=9");
        assertThatThrownBy(() -> run(
                                CONFIG.withOverrides(Map.of("data.patch", "0", "model.embedding.rowSize", "8")),
                                train,
                                train,
                                "out")
                        .execute())
                .hasMessage(
                        "model.embedding.rowSize must be 0 or that of the data's patches or nodes; rowSize=8, data=0");
        assertThat(dir.resolve("out")).doesNotExist();
    }
}
