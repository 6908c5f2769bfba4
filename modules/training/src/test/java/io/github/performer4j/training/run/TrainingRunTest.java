package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.StepInternals;
import io.github.performer4j.training.step.TrainerState;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.training.task.Evaluation;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** Whole runs of a small Performer with dropout and redrawn features on made-up proteins. */
class TrainingRunTest {
    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"model": {"maxTokens": 48, "width": 12, "layers": 1, "dropout": 0.1, "feedForward": {"hidden": 20},
                       "attention": {"heads": 3, "features": 10, "redrawInterval": 2}},
             "data": {"maxTokens": 48, "tokensPerBatch": 96, "shuffleWindow": 64},
             "training": {"steps": 4, "warmupSteps": 1, "accumulate": 2, "threads": 2, "evalEvery": 2,
                          "evalTokens": 20, "checkpointEvery": 2, "keepCheckpoints": 2, "seed": 5}}
            """);

    @TempDir
    static Path temp;

    private static Path data;
    private static Path valid;

    /** The run that is never stopped, on two threads. */
    private static TrainingRun.Result straight;

    @BeforeAll
    static void trainOnce() throws IOException {
        data = temp.resolve("train.fasta");
        valid = temp.resolve("valid.fasta");
        Files.writeString(data, proteins(1, 90));
        Files.writeString(valid, proteins(2, 15));
        straight = run(CONFIG, "straight").execute();
    }

    private static String proteins(long seed, int count) {
        String letters = "ACDEFGHIKLMNPQRSTVWY";
        StringBuilder fasta = new StringBuilder();
        for (int p = 0; p < count; p++) {
            CounterRandom random = CounterRandom.of(seed, p);
            fasta.append(">p").append(p).append('\n');
            // One length, so that each net compiles its graphs for one shape.
            for (int i = 0; i < 30; i++) {
                fasta.append(letters.charAt(Math.min(random.nextInt(20), random.nextInt(20))));
            }
            fasta.append('\n');
        }
        return fasta.toString();
    }

    private static TrainingRun run(RunConfig config, String folder) {
        return TrainingRun.of(config, data, temp.resolve(folder))
                .valid(valid)
                .provenance("test", "2020-01-01T00:00:00Z");
    }

    private static RunListener stopAt(TrainingRun[] run, long step) {
        return new RunListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == step) {
                    run[0].requestStop();
                }
            }
        };
    }

    /** On one thread, and stopped between two checkpoints and two evaluations, with dropout and redrawn features. */
    @Test
    void stoppedAndResumedEqualsNeverStopped() throws IOException {
        assertThat(straight.outcome()).isEqualTo(Outcome.FINISHED);

        RunConfig alone = CONFIG.withOverride("training.threads", "1");
        TrainingRun[] first = {run(alone, "stopped")};
        TrainingRun.Result stopped = first[0].listener(stopAt(first, 3)).execute();
        assertThat(stopped.outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(stopped.folder().state()).isEqualTo("stopped");
        assertThat(stopped.folder().checkpoints())
                .extracting(f -> f.getFileName().toString())
                .containsExactly("step-000002.zip", "step-000003.zip");

        TrainingRun.Result resumed = run(alone, "stopped").resume(true).execute();
        assertThat(resumed.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(resumed.folder().state()).isEqualTo("finished");
        equalNets(last(resumed), last(straight));
        assertThat(resumed.evaluation()).isEqualTo(straight.evaluation());
        assertThat(lines(resumed)).isEqualTo(lines(straight));
    }

    /** In Persian, Java's formats have digits of their own, which no reader of file names takes for digits. */
    @Test
    void theLanguageOfTheUserChangesNothing() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("fa-IR"));
        try {
            assertThat(String.format("%d", 4))
                    .as("a language with digits of its own")
                    .isNotEqualTo("4");
            TrainingRun.Result half = run(
                            CONFIG.withOverride("training.schedule", "CONSTANT").withOverride("training.steps", "2"),
                            "persian")
                    .execute();
            assertThat(half.folder().checkpoints())
                    .extracting(f -> f.getFileName().toString())
                    .containsExactly("step-000002.zip");
            List<Long> from = new ArrayList<>();
            run(CONFIG.withOverride("training.schedule", "CONSTANT"), "persian")
                    .resume(true)
                    .listener(new RunListener() {
                        @Override
                        public void start(Summary summary) {
                            from.add(summary.firstStep());
                        }
                    })
                    .execute();
            assertThat(from).containsExactly(2L);
        } finally {
            Locale.setDefault(before);
        }
    }

    /** Proteins of 30 residues are rows of 32 tokens; the model's positions go to 48. */
    @Test
    void theModelSaysHowFarItsPositionsWereTrained() throws IOException {
        assertThat(ModelFile.info(straight.model()).trainedTokens()).isEqualTo(32);
        assertThat(ModelFile.info(straight.model()).window()).isEqualTo(32);
        for (Path checkpoint : straight.folder().checkpoints()) {
            assertThat(ModelFile.info(checkpoint).trainedTokens()).isEqualTo(32);
        }
    }

    /** A kill leaves lines and checkpoints behind the newest one that is whole. */
    @Test
    void aKilledRunGoesBackToTheNewestWholeCheckpoint() throws IOException {
        Path folder = copy(straight.folder().path(), "killed");
        Path newest = RunFolder.open(folder).checkpoints().get(1);
        byte[] whole = Files.readAllBytes(newest);
        Files.write(newest, java.util.Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(folder.resolve("metrics.jsonl"), "{\"event\":\"st", java.nio.file.StandardOpenOption.APPEND);
        java.util.List<String> notes = new java.util.ArrayList<>();
        TrainingRun.Result resumed = run(CONFIG, "killed")
                .resume(true)
                .listener(new RunListener() {
                    @Override
                    public void note(String text) {
                        notes.add(text);
                    }
                })
                .execute();
        assertThat(notes).anySatisfy(n -> assertThat(n).contains("passing over").contains("step-000004.zip"));
        equalNets(last(resumed), last(straight));
        assertThat(lines(resumed)).isEqualTo(lines(straight));
    }

    @Test
    void theFolderHoldsWhatItSays() throws IOException {
        TrainingRun.Result result = straight;
        Path folder = result.folder().path();
        assertThat(RunConfig.fromJson(Files.readString(folder.resolve("config.json"))))
                .isEqualTo(CONFIG);
        assertThat(result.model()).isEqualTo(folder.resolve("best.zip"));

        Evaluation e = result.evaluation();
        assertThat(e.count()).isGreaterThanOrEqualTo(20);
        assertThat(e.figure("perplexity")).isCloseTo(Math.exp(e.value()), within(1e-9));
        PerformerModel best = ModelFile.load(result.model());
        assertThat(best.info().provenance().dataPath()).isEqualTo(data.toString());
        assertThat(best.info().provenance().steps()).isIn(2L, 4L);
        assertThat(best.info().provenance().dataSha256()).hasSize(64);
        assertThat(best.embed("ACDEFGHIKL")).hasSize(12);

        ComputationGraph plain = ComputationGraph.load(
                folder.resolve("checkpoints/step-000004.zip").toFile(), true);
        assertThat(plain.getIterationCount()).isEqualTo(4);
        assertThat(StepInternals.updaters(plain))
                .extracting(u -> ((Adam) u).getLearningRateSchedule())
                .isNotEmpty()
                .containsOnly(new WarmupSchedule(1e-3, 1, WarmupSchedule.Shape.COSINE, 1, 4, 0.1));

        BufferedImage picture = ImageIO.read(folder.resolve("curve.png").toFile());
        assertThat(picture.getWidth()).isGreaterThan(400);
        String html = Files.readString(folder.resolve("report.html"));
        assertThat(html)
                .contains(String.format(java.util.Locale.ROOT, "%.4f", e.value()))
                .contains(String.format(java.util.Locale.ROOT, "%.4f", e.baseline("order0")))
                .contains(String.format(java.util.Locale.ROOT, "%.4f", e.baseline("order1")))
                .contains("<td>learningRate</td><td>0.001</td>")
                .contains(data.toString())
                .contains(System.getProperty("java.runtime.version"))
                .doesNotContain("<script")
                .doesNotContain("http");
        String image = html.substring(html.indexOf("base64,") + 7);
        byte[] inline = Base64.getDecoder().decode(image.substring(0, image.indexOf('"')));
        assertThat(ImageIO.read(new ByteArrayInputStream(inline)).getWidth()).isEqualTo(picture.getWidth());
        byte[] mass = Files.readAllBytes(folder.resolve("pictures").resolve(MassOfRun.PICTURE));
        assertThat(html).contains(Base64.getEncoder().encodeToString(mass));
    }

    @Test
    void aTimedRunLeavesTheConfigurationThatRepeatsIt() throws IOException {
        RunConfig timed = CONFIG.withOverride("training.minutes", "10");
        RunFolder folder = RunFolder.create(temp.resolve("timed"), timed);
        folder.phases(StepInternals.decaying(timed.training(), 70, 90));
        RunConfig repeat = RunConfig.fromJson(Files.readString(folder.path().resolve("config-by-steps.json")));
        assertThat(repeat)
                .isEqualTo(CONFIG.withOverride("training.steps", "90").withOverride("training.decayStart", "70"));
        ObjectNode event = folder.metrics().read("phases").get(0);
        assertThat(event.path("decayStart").asLong()).isEqualTo(70);
        assertThat(event.path("totalSteps").asLong()).isEqualTo(90);
    }

    @Test
    void aUsedFolderIsRefusedAndLeftAlone() throws IOException {
        Path used = temp.resolve("used");
        Files.createDirectories(used);
        Files.writeString(used.resolve("thesis.txt"), "all my work");
        assertThatThrownBy(() -> run(CONFIG, "used").execute())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--resume")
                .hasMessageContaining(used.toString());
        assertThat(used.toFile().list()).containsExactly("thesis.txt");
    }

    @Test
    void anotherConfigurationIsRefusedWithAllDifferences() {
        RunConfig other = CONFIG.withOverride("model.width", "15")
                .withOverride("task.maskRate", "0.3")
                .withOverride("training.learningRate", "0.5")
                .withOverride("training.threads", "1");
        assertThatThrownBy(() -> run(other, "straight").resume(true).execute())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model.width checkpoint=12, run=15")
                .hasMessageContaining("task.maskRate checkpoint=0.15, run=0.3")
                .hasMessageContaining("training.learningRate checkpoint=0.001, run=0.5")
                .hasMessageNotContaining("threads");
    }

    @Test
    void otherDataIsRefused() throws IOException {
        Path other = temp.resolve("other.fasta");
        Files.writeString(other, proteins(3, 90));
        assertThatThrownBy(() -> TrainingRun.of(CONFIG, other, straight.folder().path())
                        .valid(valid)
                        .resume(true)
                        .execute())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the checkpoint is of other data");
    }

    @Test
    void modelAndDataMustGoTogether() {
        assertThatThrownBy(() ->
                        run(CONFIG.withOverride("data.maxTokens", "49"), "no").execute())
                .hasMessage("data.maxTokens must not exceed model.maxTokens; data=49, model=48");
        RunConfig causal = CONFIG.withOverride("task.name", "causal-lm");
        assertThatThrownBy(() -> run(causal, "no").execute())
                .hasMessage("the task needs attention that is causal; task=causal-lm, model.attention.causal=false");
        assertThatThrownBy(() -> run(causal.withOverride("model.attention.causal", "true"), "no")
                        .execute())
                .hasMessage("rows whose positions name the next token are framed by start or packed; framing=both");
        assertThat(temp.resolve("no")).doesNotExist();
    }

    /** A folder in the way of the file that the checkpoint is written to stands for a disk that refuses. */
    @Test
    void aRefusedSaveLeavesTheEarlierCheckpoint() throws IOException {
        RunFolder folder = RunFolder.create(temp.resolve("full"), CONFIG);
        PerformerModel model = last(straight);
        folder.info(model.info());
        TrainerState two = StepInternals.after(2, CONFIG.training());
        Path earlier = folder.checkpoint(model.net(), two);
        Path later = earlier.resolveSibling("step-000003.zip");
        Files.createDirectory(later.resolveSibling("step-000003.zip.tmp"));
        assertThatThrownBy(() -> folder.checkpoint(model.net(), StepInternals.after(3, CONFIG.training())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("step-000003.zip");
        assertThat(later).doesNotExist();
        assertThat(folder.checkpoints()).containsExactly(earlier);
        equalNets(ModelFile.load(earlier), model);
    }

    /** Weights decay once, by rate · λ, also through the graph that PerformerConfig builds. */
    @Test
    void performerLayersDecayOnce() {
        TrainingConfig training =
                CONFIG.training().withWarmupSteps(0).withLearningRate(0.25).withWeightDecay(0.1);
        ComputationGraph net = new ComputationGraph(CONFIG.model()
                .withVocabulary(30)
                .graph(new MaskedLanguageModel(), training.updater(), training.weightDecay(), 3));
        net.init();
        INDArray before = net.params().dup();
        net.getUpdater()
                .update(
                        StepInternals.gradient(net),
                        0,
                        0,
                        1,
                        org.deeplearning4j.nn.workspace.LayerWorkspaceMgr.noWorkspaces());
        INDArray step = net.getFlattenedGradients().reshape(net.numParams());
        int decayed = 0;
        for (long i = 0; i < before.length(); i++) {
            double w = before.getDouble(i);
            double moved = step.getDouble(i);
            if (moved != 0) {
                assertThat(moved / w).isCloseTo(0.25 * 0.1, within(1e-6));
                decayed++;
            }
        }
        assertThat(decayed).isGreaterThan(1000);
    }

    private static Path copy(Path folder, String name) throws IOException {
        Path copy = temp.resolve(name);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(folder.relativize(file)));
            }
        }
        return copy;
    }

    private static PerformerModel last(TrainingRun.Result result) throws IOException {
        List<Path> all = result.folder().checkpoints();
        return ModelFile.load(all.get(all.size() - 1));
    }

    private static void equalNets(PerformerModel a, PerformerModel b) {
        assertThat(a.net().getIterationCount()).isEqualTo(b.net().getIterationCount());
        assertThat(a.net().params().dup().data().asFloat())
                .isEqualTo(b.net().params().dup().data().asFloat());
        assertThat(a.net().getUpdater().getStateViewArray().dup().data().asFloat())
                .isEqualTo(b.net().getUpdater().getStateViewArray().dup().data().asFloat());
    }

    /** Events without what depends on the clock. */
    private static List<ObjectNode> lines(TrainingRun.Result result) throws IOException {
        List<ObjectNode> events = result.folder().metrics().read();
        events.forEach(e -> e.remove(List.of("elapsed", "tokensPerSecond")));
        return events;
    }
}
