package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.data.made.Sides;
import io.github.performer4j.data.made.StringPairs;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Runs of an encoder and a decoder that begin with a trained one: from strings read backwards to strings in order. */
class TranslationStartTest {
    private static final double RATE = 0.004;

    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "seq2seq"},
             "model": {"maxTokens": 32, "width": 16, "layers": 2, "dropout": 0.0, "feedForward": {"hidden": 24},
                       "attention": {"heads": 2, "features": 16, "causal": true}, "encoder": {"layers": 1}},
             "data": {"tokens": "character", "maxTokens": 32, "tokensPerBatch": 512,
                      "columns": {"text": "source", "pair": "target"}},
             "training": {"steps": 60, "learningRate": 0.01, "warmupSteps": 5, "evalEvery": 0, "checkpointEvery": 0,
                          "weightDecay": 0.0, "seed": 3}}
            """);

    @TempDir
    static Path dir;

    private static Path train;
    private static Path valid;
    private static TrainingRun.Result first;

    @BeforeAll
    static void base() throws IOException {
        first = run(
                CONFIG,
                strings("t.tsv", StringPairs.Rule.REVERSE, 1, 600),
                strings("v.tsv", StringPairs.Rule.REVERSE, 2, 40),
                "first");
        train = strings("t2.tsv", StringPairs.Rule.SORT, 3, 600);
        valid = strings("v2.tsv", StringPairs.Rule.SORT, 4, 40);
    }

    private static Path strings(String name, StringPairs.Rule rule, long seed, int count) throws IOException {
        Path file = dir.resolve(name);
        new StringPairs(rule, seed, 5, 3, 6).write(file, new Sides(count, 0, 0));
        return file;
    }

    private static TrainingRun.Result run(RunConfig config, Path train, Path valid, String out) {
        try {
            return TrainingRun.of(config, train, dir.resolve(out)).valid(valid).execute();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A run that begins with the first one's model, at a rate that does not change. */
    private static RunConfig from(long steps, String... overrides) throws IOException {
        Map<String, String> all = new TreeMap<>(Map.of(
                "data.columns.text", "source",
                "data.columns.pair", "target",
                "training.steps", "" + steps,
                "training.learningRate", "" + RATE,
                "training.warmupSteps", "0",
                "training.schedule", "CONSTANT",
                "training.weightDecay", "0",
                "training.evalEvery", "0",
                "training.seed", "7"));
        for (int i = 0; i < overrides.length; i += 2) {
            all.put(overrides[i], overrides[i + 1]);
        }
        return RunConfig.from(first.model(), null).withOverrides(all);
    }

    private static double change(PerformerModel model, String parameter) throws IOException {
        INDArray before = ModelFile.load(first.model()).net().getParam(parameter);
        INDArray after = model.net().getParam(parameter);
        return Transforms.abs(after.sub(before)).maxNumber().doubleValue();
    }

    /** Nothing but what is new in the data: it is where the first one ended, and learns faster than one that is drawn. */
    @Test
    void itGoesOnFromTheTrainedOne() throws IOException {
        TrainingRun.Result still = run(from(1, "training.learningRate", "1e-12"), train, valid, "still");
        PerformerModel same = ModelFile.load(still.model());
        for (String parameter : same.net().paramTable().keySet()) {
            assertThat(change(same, parameter)).as(parameter).isLessThan(1e-9);
        }
        assertThat(same.info().model())
                .isEqualTo(ModelFile.load(first.model()).info().model());
        double trained = run(from(40), train, valid, "on").evaluation().value();
        double drawn = run(CONFIG.withTraining(from(40).training()), train, valid, "drawn")
                .evaluation()
                .value();
        assertThat(trained).isLessThan(still.evaluation().value() - 0.1).isLessThan(drawn - 0.1);
        assertThat(ModelFile.load(dir.resolve("on").resolve("best.zip"))
                        .translator()
                        .translate("abc")
                        .text())
                .isNotNull();
    }

    /** Adam's first step is the rate, whatever the gradient: each layer has its own. */
    @Test
    void ratesReachTheEncoder() throws IOException {
        TrainingRun.Result one = run(from(1, "start.layerDecay", "0.5"), train, valid, "decay");
        PerformerModel model = ModelFile.load(one.model());
        Map<String, Double> factors = Map.of(
                "head_W", 1.0,
                "encoder-norm_gain", 1.0,
                "final-norm_gain", 1.0,
                "block-1_Wq", 0.5,
                "block-0_Wq", 0.25,
                "encoder-0_Wq", 0.5,
                "table_W", 0.125);
        for (Map.Entry<String, Double> factor : factors.entrySet()) {
            assertThat(change(model, factor.getKey()))
                    .as(factor.getKey())
                    .isCloseTo(factor.getValue() * RATE, within(0.02 * RATE));
        }
    }

    @Test
    void theEmbeddingStaysOnBothSides() throws IOException {
        TrainingRun.Result two = run(from(2, "start.freeze", "embedding"), train, valid, "frozen");
        PerformerModel model = ModelFile.load(two.model());
        for (String parameter : List.of("table_W", "positions_P", "source-positions_P")) {
            assertThat(change(model, parameter)).as(parameter).isZero();
        }
        for (String parameter : List.of("encoder-0_Wq", "block-0_Wq", "block-0_cross.Wq", "head_W")) {
            assertThat(change(model, parameter)).as(parameter).isPositive();
        }
        TrainingRun.Result head = run(from(2, "start.freeze", "body"), train, valid, "head");
        assertThat(change(ModelFile.load(head.model()), "encoder-0_Wq")).isZero();
        assertThat(change(ModelFile.load(head.model()), "head_W")).isPositive();
    }

    @Test
    void updatesOfLowRankAreOfBothRowsOfBlocks() throws IOException {
        TrainingRun.Result three = run(from(3, "start.rank", "2"), train, valid, "rank");
        PerformerModel model = ModelFile.load(three.model());
        assertThat(LowRankAdapters.attached(model.net())).isTrue();
        assertThat(change(model, "encoder-0_Wq")).isZero();
        PerformerModel merged = new PerformerModel(LowRankAdapters.merge(model.net()), model.info());
        assertThat(change(merged, "encoder-0_Wq")).isPositive();
        assertThat(change(merged, "block-1_Wv")).isPositive();
    }

    @Test
    void whatHasNoPlaceIsRefusedByName() throws IOException {
        assertThatThrownBy(() -> RunConfig.from(first.model(), "causal-lm"))
                .hasMessageContaining("begin a run of their own task alone: their blocks attend to a source")
                .hasMessageContaining("task=causal-lm, trained=seq2seq");
        assertThatThrownBy(() -> run(from(1, "start.freeze", "1"), train, valid, "no"))
                .hasMessageContaining("those of an encoder and a decoder stay all (body) or none; freeze=1");
        assertThatThrownBy(() -> run(from(1, "model.encoder.layers", "2"), train, valid, "no2"))
                .hasMessageContaining("model.encoder.layers=2, trained=1");
    }
}
