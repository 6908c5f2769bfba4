package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.Embedder;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.batch.BatchEncoder;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.Evaluators;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.TrainerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Whole contrastive runs. */
class ContrastRunTest {
    private static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWY";

    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "pairs", "contrast": "both"},
             "model": {"maxTokens": 64, "width": 16, "layers": 1, "dropout": 0.1, "feedForward": {"hidden": 32},
                       "attention": {"heads": 2, "features": 8, "featureMap": "relu", "redrawInterval": 0}},
             "data": {"maxTokens": 64, "tokensPerBatch": 1024, "split": "document",
                      "columns": {"text": "a", "pair": "b", "negatives": ["c"]}},
             "training": {"steps": 60, "learningRate": 0.01, "warmupSteps": 5, "evalEvery": 30, "checkpointEvery": 30,
                          "accumulate": 2, "threads": 1, "weightDecay": 0.0, "seed": 3}}
            """);

    @TempDir
    private Path folder;

    private static String like(CounterRandom draws, int favourite) {
        StringBuilder text = new StringBuilder();
        for (int t = 10 + draws.nextInt(6); t > 0; t--) {
            text.append(RESIDUES.charAt(draws.nextDouble() < 0.5 ? favourite : draws.nextInt(RESIDUES.length())));
        }
        return text.toString();
    }

    /** The texts of a pair have a favourite residue in common; the hard negative, every third one left out, has another. */
    private Path table(int rows) throws IOException {
        StringBuilder text = new StringBuilder("a,b,c\n");
        for (int i = 0; i < rows; i++) {
            CounterRandom draws = CounterRandom.of(23, i);
            int favourite = draws.nextInt(RESIDUES.length());
            text.append(like(draws, favourite))
                    .append(',')
                    .append(like(draws, favourite))
                    .append(',');
            text.append(i % 3 == 0 ? "" : like(draws, (favourite + 1) % RESIDUES.length()))
                    .append('\n');
        }
        return Files.writeString(folder.resolve("pairs.csv"), text);
    }

    private TrainingRun.Result run(RunConfig config, Path data, String out) throws IOException {
        return TrainingRun.of(config, data, folder.resolve(out)).execute();
    }

    private static float[] parameters(TrainingRun.Result result) throws IOException {
        return ModelFile.load(result.model()).net().params().dup().data().asFloat();
    }

    /** From scratch; then on from what was learnt, measured before; the model embeds at once. */
    @Test
    void recallRises() throws IOException {
        Path data = table(300);
        TrainingRun.Result result = run(CONFIG, data, "first");
        Evaluation e = result.evaluation();
        assertThat(e.value()).isGreaterThan(3 * e.baseline("chance"));
        assertThat(e.baselines()).containsKeys("chance", "bag of tokens");
        assertThat(e.figures()).containsKeys("recallAt1", "recallAt10", "meanReciprocalRank", "loss");
        assertThat(e.count()).isEqualTo(30);
        assertThat(e.baseline("chance")).isEqualTo(1.0 / 30); // among all held-out ones, not those of a batch
        Embedder embedder = Embedder.load(result.model());
        assertThat(embedder.similarity("AAAAAGAAA", "AALAAAAA"))
                .isGreaterThan(embedder.similarity("AAAAAGAAA", "WWWWGWWW"));
        RunConfig on = CONFIG.withOverrides(
                Map.of("start.model", result.model().toString(), "start.rank", "2", "training.steps", "4"));
        TrainingRun.Result tuned = run(on, data, "tuned");
        String before = Files.readString(tuned.folder().path().resolve("before.json"));
        assertThat(before).contains("\"recallAt1\" : " + e.value());
        assertThat(Files.readString(tuned.folder().path().resolve("report.html")))
                .contains("before training");
        RunListener failing = new RunListener() {
            @Override
            public void step(Progress progress) {
                throw new IllegalStateException("as if the machine had failed");
            }
        };
        Path again = folder.resolve("again");
        assertThatThrownBy(
                        () -> TrainingRun.of(on, data, again).listener(failing).execute())
                .isInstanceOf(IllegalStateException.class);
        assertThat(again.resolve("before.json")).exists();
        assertThat(run(on, data, "again").evaluation()).isEqualTo(tuned.evaluation());
    }

    /** What bags of tokens find does not depend on the model, so it is found at the first evaluation alone. */
    @Test
    void bagsAreLookedAtOnce() {
        Map<Integer, Double> bags = new HashMap<>();
        PairScorer.Some pairs = new PairScorer.Some(
                new float[][] {{1, 0}, {0, 1}},
                new float[][] {{1, 0}, {0, 1}},
                new int[][] {{1000}, {2000}},
                new int[][] {{1000}, {2000}});
        PairScorer first = new PairScorer(0.05, bags);
        first.add(pairs);
        assertThat(first.evaluation().baseline("bag of tokens")).isEqualTo(1);
        assertThat(bags).containsOnlyKeys(2);
        bags.put(2, 0.25);
        PairScorer second = new PairScorer(0.05, bags);
        second.add(pairs);
        assertThat(second.evaluation().baseline("bag of tokens")).isEqualTo(0.25);
    }

    /** A checkpoint of a build that measured pairs within batches: its best figure is none of this build's. */
    @Test
    void theBestModelOfAnEarlierBuildIsChosenAnew() throws IOException {
        Path data = table(80);
        RunConfig all = CONFIG.withOverrides(
                Map.of("task.contrast", "all", "training.steps", "2", "training.schedule", "CONSTANT"));
        Path out = folder.resolve("out");
        run(all, data, "out");
        change(newest(out), TrainerState.ENTRY, "\"bestFigure\" : [^,]*", "\"bestFigure\" : 2.0");
        RunConfig longer = all.withOverride("training.steps", "4");
        TrainingRun.of(longer, data, out).resume(true).execute();
        assertThat(bestFigure(out)).isEqualTo(2.0); // as long as the checkpoint is of this build
        change(newest(out), ModelFile.ENTRY, ",\\s*\"contrast\" : \"all\"", "");
        StringBuilder notes = new StringBuilder();
        TrainingRun.Result result = TrainingRun.of(all.withOverride("training.steps", "6"), data, out)
                .resume(true)
                .listener(new RunListener() {
                    @Override
                    public void note(String line) {
                        notes.append(line);
                    }
                })
                .execute();
        assertThat(notes).contains("an earlier build measured pairs within batches");
        assertThat(bestFigure(out)).isEqualTo(result.evaluation().value()).isLessThan(2);
    }

    private static Path newest(Path out) throws IOException {
        List<Path> all = RunFolder.open(out).checkpoints();
        return all.get(all.size() - 1);
    }

    private static Double bestFigure(Path out) throws IOException {
        return TrainerState.fromBytes(ModelFile.entry(newest(out), TrainerState.ENTRY))
                .bestFigure();
    }

    private static void change(Path zip, String entry, String pattern, String with) throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(zip)) {
            Path file = files.getPath(entry);
            String text = Files.readString(file);
            String changed = text.replaceFirst(pattern, with);
            assertThat(changed).isNotEqualTo(text);
            Files.writeString(file, changed);
        }
    }

    /** A listener sees all micro-batches of a step as one batch, in which each text names its own partner. */
    @Test
    void listenersSeeThePartnersOfAllMicroBatches() throws IOException {
        Path data = table(24);
        List<INDArray> seen = new ArrayList<>();
        TrainingRun.of(
                        CONFIG.withOverrides(Map.of("training.steps", "1", "data.tokensPerBatch", "256")),
                        data,
                        folder.resolve("out"))
                .prepared((net, info) -> net.setListeners(new BaseTrainingListener() {
                    @Override
                    public void onGradientCalculation(Model model) {
                        try {
                            Field labels = ComputationGraph.class.getDeclaredField("labels");
                            labels.setAccessible(true); // what the net's own score is computed of
                            seen.add(((INDArray[]) labels.get(model))[0].dup());
                        } catch (ReflectiveOperationException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                }))
                .execute();
        INDArray labels = seen.get(0);
        assertThat(labels.size(0)).isGreaterThan(12); // of more than one micro-batch
        for (int i = 0; i < labels.size(0); i++) {
            int partner = labels.getInt(i, 0);
            if (partner >= 0) {
                assertThat(labels.getInt(partner, 0)).isEqualTo(i);
                assertThat(labels.getInt(partner, 1)).isEqualTo(labels.getInt(i, 1));
            }
        }
    }

    /** Two equal runs have the same bits, with one thread and with two. */
    @Test
    void runsAreReproducible() throws IOException {
        Path data = table(80);
        RunConfig few = CONFIG.withOverride("training.steps", "6");
        float[] one = parameters(run(few, data, "one"));
        assertThat(parameters(run(few, data, "again"))).isEqualTo(one);
        assertThat(parameters(run(few.withOverride("training.threads", "2"), data, "two")))
                .isEqualTo(one);
    }

    /** How held-out pairs are cut into batches does not matter: each looks among all, and none is left out. */
    @Test
    void figuresDoNotDependOnBatches() throws IOException {
        Path data = table(50);
        PerformerModel model = ModelFile.load(
                run(CONFIG.withOverride("training.steps", "3"), data, "out").model());
        Evaluation[] found = new Evaluation[2];
        for (int i = 0; i < 2; i++) {
            RunConfig cut = CONFIG.withOverride("data.tokensPerBatch", i == 0 ? "128" : "64000");
            found[i] = Evaluators.of(
                            model.info(),
                            Corpus.open(data, cut.data(), model.info().tokenizer()),
                            1,
                            Long.MAX_VALUE)
                    .evaluate(model.net(), 1);
        }
        assertThat(found[0].count()).isEqualTo(50);
        assertThat(found[0].value()).isEqualTo(found[1].value());
        assertThat(found[0].figures().get("meanReciprocalRank"))
                .isEqualTo(found[1].figures().get("meanReciprocalRank"));
    }

    /** The loss of a step is the mean of its micro-batches' own: nobody is told from a text of another batch. */
    @Test
    void negativesAreThoseOfTheMicroBatch() throws IOException {
        Path data = table(24);
        RunConfig config =
                CONFIG.withOverrides(Map.of("model.dropout", "0", "training.steps", "1", "data.tokensPerBatch", "256"));
        double[] expected = new double[2];
        double[] found = new double[1];
        TrainingRun.of(config, data, folder.resolve("out"))
                .valid(data) // so that all of it is learnt from
                .prepared((net, info) -> add(net.clone(), info, config, data, expected))
                .listener(new RunListener() {
                    @Override
                    public void step(Progress progress) {
                        found[0] = progress.loss();
                    }
                })
                .execute();
        assertThat(found[0]).isCloseTo(expected[0] / expected[1], within(1e-5));
    }

    private static void add(ComputationGraph net, ModelInfo info, RunConfig config, Path data, double... sum) {
        TaskTraining task = Trainings.of(info.task(), config.data());
        try (BatchStream batches = Corpus.open(data, config.data(), info.tokenizer())
                .labelled(task.labels())
                .batches(task.batching(), true)
                .open(config.training().seed(), 0)) {
            for (int i = 0; i < config.training().accumulate(); i++) {
                Batch batch = batches.next();
                assertThat(batch.weight()).isPositive();
                BatchEncoder.Arrays arrays = BatchEncoder.columns().encode(batch, DataType.FLOAT);
                sum[0] += batch.weight()
                        * net.score(
                                new MultiDataSet(
                                        arrays.features(), arrays.labels(), arrays.featureMasks(), arrays.labelMasks()),
                                true);
                sum[1] += batch.weight();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void wrongSettingsAreRefused() throws IOException {
        Path data = table(20);
        assertThatThrownBy(() -> run(CONFIG.withOverride("data.tokensPerBatch", "127"), data, "no"))
                .hasMessage(
                        "a batch must have two pairs, which are told from each other, so data.tokensPerBatch must be"
                                + " 2 · data.maxTokens or more; data.tokensPerBatch=127, data.maxTokens=64");
        assertThatThrownBy(() -> run(CONFIG.withOverride("data.columns.negatives", "[\"d\"]"), data, "no"))
                .hasMessageContaining("every named column must be in the header; missing=[d], found=[a, b, c]");
        assertThatThrownBy(() -> run(CONFIG.withOverride("task.name", "masked-lm"), data, "no"))
                .hasMessage("the task has no use for hard negatives (--negative-column); task=masked-lm,"
                        + " data.columns.negatives=[c]");
        assertThatThrownBy(() -> CONFIG.withOverride("task.temperature", "0"))
                .hasMessageContaining("temperature must be positive; temperature=0");
        Path longer = Files.writeString(
                folder.resolve("long.csv"), "a,b,c\nMKV,MKL,MK\n" + "M".repeat(30) + ",KKK," + "L".repeat(40) + "\n");
        assertThatThrownBy(() -> TrainingRun.of(CONFIG, longer, folder.resolve("no"))
                        .valid(data)
                        .execute())
                .hasMessage(longer + ":3: a pair must fit in a row (or data.columns.options.longPairs=cut); first=30,"
                        + " second=3, negatives=[40], room=60, data.maxTokens=64");
        assertThat(folder.resolve("no")).doesNotExist();
    }

    /** Where texts are cut, a row has room for a token of each; hard negatives take places, too. */
    @Test
    void rowsHaveRoomForEachText() throws IOException {
        StringBuilder text = new StringBuilder("a,b,c,d,e\n");
        for (int i = 0; i < 20; i++) {
            text.append("M".repeat(4 + i)).append(",KL,MK,KM,LL\n");
        }
        Path data = Files.writeString(folder.resolve("many.csv"), text);
        RunConfig cut = CONFIG.withOverrides(Map.of(
                "data.columns.options.longPairs",
                "cut",
                "data.maxTokens",
                "8",
                "data.columns.negatives",
                "[\"c\",\"d\",\"e\"]"));
        assertThatThrownBy(() -> run(cut, data, "no"))
                .hasMessageContaining(
                        "a row must have room for a token of each text; texts=5, room=2, data.maxTokens=8");
    }

    /** A longer text loses its end, whichever it is. */
    @Test
    void longTextsAreCut() throws IOException {
        StringBuilder text = new StringBuilder("a,b,c\n");
        for (int i = 0; i < 20; i++) {
            text.append("M".repeat(60 + i)).append(",K,").append("L".repeat(i)).append('\n');
        }
        Path data = Files.writeString(folder.resolve("long.csv"), text);
        RunConfig cut = CONFIG.withOverrides(
                Map.of("data.columns.options.longPairs", "cut", "training.steps", "2", "data.tokensPerBatch", "512"));
        assertThat(run(cut, data, "cut").evaluation().count()).isEqualTo(2);
    }
}
