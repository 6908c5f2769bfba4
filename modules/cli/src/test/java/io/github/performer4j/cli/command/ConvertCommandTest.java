package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.training.step.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command on a small imported encoder. */
class ConvertCommandTest {
    private static final Path MODELS = Path.of("../checkpoint/src/test/resources/golden/imports");

    @TempDir
    static Path folder;

    private static Path exact;
    private static Path texts;

    @BeforeAll
    static void read() throws IOException {
        exact = folder.resolve("exact.zip");
        Cli.run("import", "--from", MODELS.resolve("bert"), "--out", exact).ok();
        String[] words = {"a", "b", "c", "d", "e", "f", "g"};
        StringBuilder table = new StringBuilder("text\n");
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j <= i % 6; j++) {
                table.append(words[(i * 3 + j * j) % words.length]).append(j < i % 6 ? " " : "\n");
            }
        }
        texts = Files.writeString(folder.resolve("texts.tsv"), table.toString());
    }

    /** The figures before and after are printed and recorded, and what comes out is a model like any other. */
    @Test
    void theVectorsComeNearerToTheModelsOwn() throws IOException {
        Path out = folder.resolve("linear.zip");
        Path json = folder.resolve("linear.json");
        Object[] args = ("convert --text-column text --attention positive --features 16"
                        + " --set training.learningRate=3e-3 --steps 40 --model " + exact + " --data " + texts
                        + " --out " + out + " --json " + json)
                .split(" ");
        Cli.Result result = Cli.run(args).ok();
        assertThat(result.out())
                .containsPattern("before: cosine to the model's own vectors 0\\.\\d{4}, one text in twenty below")
                .contains(
                        "after 40 steps: cosine to",
                        "; order of pairs 0.",
                        "products in float32)",
                        "linear attention, positive, M = 16 -> " + out);
        JsonNode tree = new ObjectMapper().readTree(json.toFile());
        assertThat(tree.at("/after/cosine").asDouble())
                .isGreaterThan(tree.at("/before/cosine").asDouble());
        assertThat(tree.path("steps").asLong()).isEqualTo(40);
        PerformerModel model = ModelFile.load(out);
        assertThat(model.info().model().attention().features()).isEqualTo(16);
        assertThat(model.info().model().attention().redrawInterval()).isZero();
        assertThat(model.info().data().tokensPerBatch())
                .isEqualTo(ModelFile.load(exact).info().data().tokensPerBatch());
        Cli.run("embed", "--model", out, "--data", texts, "--text-column", "text", "--out", folder.resolve("v.tsv"))
                .ok();
    }

    /** Features are fitted first where that is asked for: errors of each block are printed and recorded, and the model begins with them. */
    @Test
    void featuresAreFittedToTheModelsAttention() throws IOException {
        Path out = folder.resolve("fitted.zip");
        Path json = folder.resolve("fitted.json");
        Object[] args = ("convert --text-column text --attention positive --features 16 --fit-steps 60 --steps 1"
                        + " --model " + exact + " --data " + texts
                        + " --out " + out + " --json " + json)
                .split(" ");
        Cli.Result result = Cli.run(args).ok();
        assertThat(result.out())
                .containsPattern(
                        "block-1: relative error of attention \\d\\.\\d{4} as drawn, \\d\\.\\d{4} after 60 steps")
                .containsPattern("features fitted: cosine to the model's own vectors");
        assertThat(result.err()).contains("fit step 1  error 0.", "fit step 50  error 0.");
        JsonNode tree = new ObjectMapper().readTree(json.toFile()).path("fit");
        assertThat(tree.path("steps").asLong()).isEqualTo(60);
        for (String block : List.of("block-0", "block-1")) {
            assertThat(tree.path("after").path(block).asDouble())
                    .as(block)
                    .isPositive()
                    .isLessThan(tree.path("before").path(block).asDouble());
        }
        assertThat(ModelFile.info(out).model().attention().learnedProjection()).isTrue();
    }

    /** Unless an interval is named, features stay as drawn, whatever the model did before; and that alone is no change. */
    @Test
    void featuresAreDrawnAnewOnlyIfAskedFor() throws IOException {
        ModelInfo old = ModelFile.info(exact);
        TrainingConfig training = TrainingConfig.defaults();
        String redraw = "model.attention.redrawInterval";
        Map<String, String> linear = Map.of("model.attention.kind", "linear", redraw, "100");
        ModelInfo redrawn = old.withModel(new ConversionSettings(old, training, linear).model());
        assertThat(redrawn.model().attention().redrawInterval()).isEqualTo(100);
        Map<String, String> map = Map.of("model.attention.featureMap", "sderf");
        assertThat(new ConversionSettings(redrawn, training, map)
                        .model()
                        .attention()
                        .redrawInterval())
                .isZero();
        Map<String, String> own = Map.of("model.attention.featureMap", "sderf", redraw, "null");
        assertThat(new ConversionSettings(redrawn, training, own)
                        .model()
                        .attention()
                        .redrawInterval())
                .isNull();
        Map<String, String> same = Map.of("model.attention.featureMap", "positive");
        assertThatThrownBy(() -> new ConversionSettings(redrawn, training, same))
                .hasMessageContaining("a conversion must change the model's attention");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--set training.beta1=0.8 | a conversion must change the model's attention: name its map by --attention; kind=exact",
                "--attention relu --set training.beta1=0.8 --set training.beta1=0.9 | a value is set once; --set training.beta1=0.8 --set training.beta1=0.9",
                "--attention cubic | unknown feature map; name=cubic",
                "--attention positive --fit-steps 5 --set model.attention.learnedProjection=false | features are fitted where they learn: model.attention.learnedProjection must be true",
                "--attention sderf --fit-steps 5 | a learned projection needs a feature map that projects by it alone",
                "--attention positive --fit-steps -5 | --fit-steps must be positive; --fit-steps -5",
                "--features 16 | --features belongs to linear attention: name its map by --attention; --features=16",
                "--attention relu --set model.attention.featureMap=positive | a value is set once; --set model.attention.featureMap=positive and --attention",
                "--set model.width=16 | --set takes model.attention, model.exactEvery, model.linearBlocks and the rest of training; --set model.width=16",
                "--attention relu --set training.weightDecay=1 | the rest of training; --set training.weightDecay=1",
                "--attention relu --set training.tokenDropout=0.3 | the rest of training; --set training.tokenDropout=0.3",
                "--set model.attention.kind=cubic | attention.kind",
                "--attention relu --precision tf32 | --precision tf32 goes with --engine cuda",
                "--set model.attention.kind=linear --steps 0 | a run needs steps or minutes; steps=0",
                "--set model.attention.kind=linear --minutes 0 | minutes must be positive; minutes=0.0",
                "--set model.attention.kind=linear --set model.attention.heads=2 | not how many there are or which way they look",
                "--set model.attention.kind=linear --set model.attention.causal=true | which way they look, and is"
            })
    void wrongUsageIsOneLine(String arguments, String message) {
        Path none = folder.resolve("none.zip");
        Object[] args = ("convert --model " + exact + " --data " + texts + " --text-column text --out " + none + " "
                        + arguments)
                .split(" ");
        Cli.run(args).refused(message);
        assertThat(none).doesNotExist();
    }

    @Test
    void nothingIsOverwrittenAndNoTextIsRefused() throws IOException {
        Cli.run("convert", "--model", exact, "--data", texts, "--out", exact).refused("exact.zip", "exists already");
        Path empty = Files.writeString(folder.resolve("empty.tsv"), "text\n");
        Cli.run(
                        "convert",
                        "--set",
                        "model.attention.kind=linear",
                        "--model",
                        exact,
                        "--data",
                        empty,
                        "--text-column",
                        "text",
                        "--out",
                        folder.resolve("n.zip"))
                .refused("empty.tsv");
    }
}
