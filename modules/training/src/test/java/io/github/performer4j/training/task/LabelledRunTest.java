package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of tasks with labels on data whose rule is known. */
class LabelledRunTest {
    private static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWY";

    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "classify"},
             "model": {"maxTokens": 40, "width": 16, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 32},
                       "attention": {"heads": 2, "features": 8, "featureMap": "relu"}},
             "data": {"maxTokens": 40, "tokensPerBatch": 640, "split": "document", "columns": {"text": "seq", "labels": ["y"], "id": "id"}},
             "training": {"steps": 150, "learningRate": 0.01, "warmupSteps": 10, "evalEvery": 50, "checkpointEvery": 50,
                          "weightDecay": 0.0, "seed": 3}}
            """);

    @TempDir
    Path folder;

    /** Writes a table of random proteins of 5 to 60 residues with a label that a rule gives. */
    private Path table(String name, int rows, Function<String, String> rule) throws IOException {
        StringBuilder text = new StringBuilder("id,seq,y,side\n");
        for (int i = 0; i < rows; i++) {
            CounterRandom draws = CounterRandom.of(17, i);
            StringBuilder residues = new StringBuilder();
            int favourite = draws.nextInt(RESIDUES.length());
            int length = 5 + draws.nextInt(56);
            for (int t = 0; t < length; t++) {
                int letter = draws.nextDouble() < 0.4 ? favourite : draws.nextInt(RESIDUES.length());
                residues.append(RESIDUES.charAt(letter));
            }
            text.append("p")
                    .append(i)
                    .append(',')
                    .append(residues)
                    .append(",\"")
                    .append(rule.apply(residues.toString()));
            text.append("\",").append(i % 5 == 0 ? "valid" : "train").append('\n');
        }
        return Files.writeString(folder.resolve(name), text);
    }

    private TrainingRun run(RunConfig config, Path data, String out) {
        return TrainingRun.of(config, data, folder.resolve(out));
    }

    private static long count(String residues, String letters) {
        return residues.chars().filter(c -> letters.indexOf(c) >= 0).count();
    }

    private static String half(String residues) {
        return 2 * count(residues, "ACDEFGHIKL") > residues.length() ? "left" : "right";
    }

    @Test
    void aClassifierLearnsItsRule() throws IOException {
        Path data = table("classes.csv", 400, LabelledRunTest::half);
        TrainingRun.Result result = run(CONFIG, data, "classes").execute();
        Evaluation e = result.evaluation();
        assertThat(e.primary()).isEqualTo("accuracy");
        assertThat(e.higherIsBetter()).isTrue();
        assertThat(e.figures()).containsKeys("accuracy", "macroF1", "matthews", "auc", "loss");
        assertThat(e.value()).isGreaterThan(0.85).isGreaterThan(e.baseline("majority") + 0.2);
        ModelInfo info = ModelFile.info(result.model());
        assertThat(info.task()).isEqualTo(new Classification().with(List.of("left", "right"), null));
        assertThat(info.counts()).isNull();
        assertThat(Files.readString(result.folder().path().resolve("report.html")))
                .contains("confusion", "higher is better");
        assertThat(result.folder().path().resolve("pictures/confusion.png")).isNotEmptyFile();
    }

    /** Stopped and resumed it is the same, bit for bit. */
    @Test
    void aResumedRunIsTheSame() throws IOException {
        Path data = table("classes.csv", 200, LabelledRunTest::half);
        RunConfig config = CONFIG.withOverride("training.steps", "40").withOverride("training.checkpointEvery", "20");
        RunConfig constant = config.withOverride("training.schedule", "CONSTANT");
        run(constant, data, "straight").execute();
        run(constant.withOverride("training.steps", "20"), data, "resumed").execute();
        run(constant, data, "resumed").resume(true).execute();
        String newest = "checkpoints/step-000040.zip";
        assertThat(ModelFile.entry(folder.resolve("resumed").resolve(newest), "coefficients.bin"))
                .isEqualTo(ModelFile.entry(folder.resolve("straight").resolve(newest), "coefficients.bin"));
    }

    /** Hidden tokens are drawn by the seed: equal runs are equal bit for bit on any number of threads, and the rule is learnt all the same. */
    @Test
    void aClassifierLearnsFromRowsWithHiddenTokens() throws IOException {
        Path data = table("classes.csv", 400, LabelledRunTest::half);
        RunConfig config = CONFIG.withOverride("training.tokenDropout", "0.3").withOverride("training.accumulate", "2");
        TrainingRun.Result one = run(config, data, "one").execute();
        TrainingRun.Result two =
                run(config.withOverride("training.threads", "2"), data, "two").execute();
        assertThat(one.evaluation().value()).isGreaterThan(0.85);
        assertThat(ModelFile.entry(two.model(), "coefficients.bin"))
                .isEqualTo(ModelFile.entry(one.model(), "coefficients.bin"));
    }

    @Test
    void labelSetsAreLearnt() throws IOException {
        Path data = table(
                "sets.csv",
                400,
                residues -> (half(residues).equals("left") ? "left" : "")
                        + (half(residues).equals("left") && residues.length() > 30 ? "|" : "")
                        + (residues.length() > 30 ? "long" : ""));
        RunConfig config = CONFIG.withOverride("task.multiLabel", "true");
        TrainingRun.Result result = run(config, data, "sets").execute();
        assertThat(result.evaluation().primary()).isEqualTo("microF1");
        assertThat(result.evaluation().value()).isGreaterThan(0.8);
        assertThat(((Classification) ModelFile.info(result.model()).task()).labels())
                .containsExactly("left", "long");
    }

    @Test
    void aTaggerLearnsItsRule() throws IOException {
        Path data = table(
                "tags.csv",
                300,
                residues -> residues.replaceAll("[ACDEFGHIKL]", "H").replaceAll("[MNPQRSTVWY]", "E"));
        RunConfig config = CONFIG.withOverrides(Map.of("task.name", "tag", "data.columns.split", "side"));
        TrainingRun.Result result = run(config, data, "tags").execute();
        Evaluation e = result.evaluation();
        assertThat(e.value()).isGreaterThan(0.99);
        // every residue of the side is measured once, whatever the windows
        long residues = Files.readAllLines(data).stream()
                .filter(line -> line.endsWith(",valid"))
                .mapToLong(line -> line.split(",")[1].length())
                .sum();
        assertThat(e.count()).isEqualTo(residues);
        assertThat(ModelFile.info(result.model()).task())
                .isEqualTo(new Tagging().with(List.of("E", "H")).tagging(false));
    }

    @Test
    void aRegressionLearnsItsRule() throws IOException {
        Path data = table(
                "numbers.csv",
                400,
                residues -> String.valueOf(100 + 10.0 * count(residues, "ACDEF") / residues.length()));
        for (String loss : List.of("mse", "huber")) {
            RunConfig config = CONFIG.withOverrides(Map.of("task.name", "regress", "task.loss", loss));
            Evaluation e = run(config, data, loss).execute().evaluation();
            assertThat(e.primary()).isEqualTo("rmse");
            assertThat(e.value()).isLessThan(0.5 * e.baseline("meanValue"));
            assertThat(e.figure("spearman")).isGreaterThan(0.85);
        }
        Regression task =
                (Regression) ModelFile.info(folder.resolve("mse/best.zip")).task();
        assertThat(task.names()).containsExactly("y");
        assertThat(task.mean().get(0)).isBetween(101.0, 104.0);
    }

    /** The second text has the first one's favourite residue and no other likeness: its partner is found far more often than by chance. */
    @Test
    void pairsAreFound() throws IOException {
        StringBuilder text = new StringBuilder("seq,other\n");
        for (int i = 0; i < 400; i++) {
            CounterRandom draws = CounterRandom.of(23, i);
            int favourite = draws.nextInt(RESIDUES.length());
            for (int k = 0; k < 2; k++) {
                int length = 12 + draws.nextInt(6);
                for (int t = 0; t < length; t++) {
                    text.append(
                            RESIDUES.charAt(draws.nextDouble() < 0.5 ? favourite : draws.nextInt(RESIDUES.length())));
                }
                text.append(k == 0 ? ',' : '\n');
            }
        }
        Path data = Files.writeString(folder.resolve("pairs.csv"), text);
        RunConfig config = CONFIG.withOverrides(Map.of(
                "task.name",
                "pairs",
                "data.columns.labels",
                "[]",
                "data.columns.id",
                "null",
                "data.columns.pair",
                "other"));
        Evaluation e = run(config, data, "pairs").execute().evaluation();
        assertThat(e.primary()).isEqualTo("recallAt1");
        assertThat(e.value()).isGreaterThan(4 * e.baseline("chance")).isGreaterThan(0.3);
        Path longer = Files.writeString(
                folder.resolve("long.csv"), "seq,other\nMKV,MKL\n" + "M".repeat(30) + "," + "K".repeat(20) + "\n");
        assertThatThrownBy(() -> run(config, data, "out").valid(longer).execute())
                .hasMessage(longer
                        + ":3: a pair must fit in a row (or data.columns.options.longPairs=cut); first=30, second=20,"
                        + " room=37, data.maxTokens=40");
        Evaluation cut = run(
                        config.withOverrides(Map.of("data.columns.options.longPairs", "cut", "training.steps", "2")),
                        data,
                        "cut")
                .valid(longer)
                .execute()
                .evaluation();
        assertThat(cut.count()).isEqualTo(2);
    }

    /** One clear line with file, line and value; nothing is made. */
    @Test
    void badLabelsAreRefused() throws IOException {
        Path words = table("words.csv", 20, residues -> residues.length() > 40 ? "many" : "7");
        refused(CONFIG.withOverride("task.name", "regress"), words, "a label must be a number; column=y, value=many");
        Path one = table("one.csv", 20, residues -> "same");
        refused(CONFIG, one, "a classifier needs two labels on the training side");
        Path empty = table("empty.csv", 20, residues -> residues.length() > 40 ? "" : "a");
        refused(CONFIG, empty, "an example must have a label; id=p");
        Path tags = table("tags.csv", 20, residues -> residues + "H");
        refused(CONFIG.withOverride("task.name", "tag"), tags, "there must be a tag for each character or each word");
        Path classes = table("classes.csv", 40, LabelledRunTest::half);
        refused(CONFIG.withOverride("data.columns.text", "sequence"), classes, "sequence");
        refused(
                CONFIG.withOverride("data.columns.split", "y"),
                classes,
                "a side must be train, valid or test; column=y, value=");
        refused(
                CONFIG.withOverride("task.labels", "[\"left\", \"right\", \"middle\"]"),
                classes,
                "label=middle, labels with some=[left, right]");
        Path other = table("other.csv", 10, residues -> "up");
        assertThatThrownBy(() -> run(CONFIG, classes, "out").valid(other).execute())
                .hasMessage(other + ":2: a label must be one of those of training; label=up, known=left, right");
        Path fasta = Files.writeString(folder.resolve("plain.fasta"), ">a\nMKV\n>b\nMKVV\n");
        assertThatThrownBy(() -> run(CONFIG, fasta, "out").valid(fasta).execute())
                .hasMessageContaining("labels need data with columns");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private void refused(RunConfig config, Path data, String message) {
        assertThatThrownBy(() -> run(config, data, "out").execute())
                .hasMessageContaining(message)
                .hasMessageContaining(data.toString())
                .hasMessageNotContaining("\n");
    }
}
