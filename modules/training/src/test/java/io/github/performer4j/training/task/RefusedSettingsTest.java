package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that a run has no use for are refused, not passed over. */
class RefusedSettingsTest {
    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "classify"},
             "model": {"maxTokens": 16, "width": 8, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 16},
                       "attention": {"heads": 2, "features": 8, "featureMap": "relu"}},
             "data": {"tokens": "character", "maxTokens": 16, "tokensPerBatch": 64, "columns": {"labels": ["y"]}},
             "training": {"steps": 2, "warmupSteps": 1, "schedule": "CONSTANT", "evalEvery": 0, "checkpointEvery": 0}}
            """);

    @TempDir
    Path folder;

    private Path table() throws IOException {
        StringBuilder text = new StringBuilder("text,y\n");
        for (int i = 0; i < 40; i++) {
            text.append(i % 2 == 0 ? "a b a c" : "b c b b")
                    .append(',')
                    .append(i % 2)
                    .append('\n');
        }
        return Files.writeString(folder.resolve("t.csv"), text);
    }

    private void refused(Map<String, String> changes, String message) throws IOException {
        Path data = table();
        assertThatThrownBy(() -> TrainingRun.of(CONFIG.withOverrides(changes), data, folder.resolve("out"))
                        .execute())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void labelsOfATaskThatReadsNone() throws IOException {
        refused(
                Map.of("task.name", "masked-lm"),
                "the task has no use for labels (--label-column, --label-pattern), unless data.split=label; task=masked-lm,"
                        + " data.columns.labels=[y], data.columns.labelPattern=null");
        DataConfig data = CONFIG.data();
        for (Task task : List.of(new CausalLanguageModel(), new Similarity(), new PixelModel())) {
            assertThatThrownBy(() -> Trainings.of(task, data)).hasMessageContaining("task=" + task.name());
            assertThat(Trainings.of(task, data.withSplit("label")).readsLabels())
                    .isFalse();
        }
        assertThatThrownBy(() -> Trainings.of(
                        new MaskedLanguageModel(),
                        DataConfig.defaults()
                                .withColumns(DataConfig.defaults().columns().withLabelPattern("OX=(\\d+)"))))
                .hasMessageContaining("data.columns.labelPattern=OX=(\\d+)");
        assertThat(Trainings.of(new Tagging(), data).readsLabels()).isTrue();
    }

    @Test
    void aBoundOfEvaluationsThatLookAtAll() throws IOException {
        refused(
                Map.of("training.evalTokens", "500"),
                "an evaluation of this task looks at all held-out examples, so leave training.evalTokens at 10000;"
                        + " task=classify, training.evalTokens=500");
    }

    /** A language model's own labels would be hidden; rows of floats have no tokens. */
    @Test
    void hiddenTokensOfATaskThatNeedsThem() throws IOException {
        refused(
                Map.of("task.name", "masked-lm", "data.columns.labels", "[]", "training.tokenDropout", "0.2"),
                "the task needs all tokens of a row; task=masked-lm, training.tokenDropout=0.2");
        assertThatThrownBy(() -> CONFIG.withOverride("training.tokenDropout", "1"))
                .hasMessageContaining("tokenDropout must be in [0, 1); tokenDropout=1.0");
        DataConfig patches = DataConfig.defaults().withTokens("byte").withPatch(4);
        assertThatThrownBy(() -> Trainings.batching(Trainings.of(new Regression(), patches), patches, 0.2))
                .hasMessage("tokens are hidden, and rows of floats have none; training.tokenDropout=0.2, data.patch=4,"
                        + " data.graph.kernel=none");
    }

    @Test
    void hiddenTokensOfAVocabularyWithoutMask() throws IOException {
        String words = vocabulary("a", "b", "c").toString();
        assertThatThrownBy(() -> TrainingRun.of(
                                CONFIG.withOverrides(Map.of("data.tokens", words, "training.tokenDropout", "0.2")),
                                table(),
                                folder.resolve("out"))
                        .execute())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("hidden tokens are shown as MASK, and the vocabulary has none;"
                        + " training.tokenDropout=0 hides none; training.tokenDropout=0.2, tokenizer=");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void poolingOfAHeadOnEveryToken() throws IOException {
        String message =
                "a head on every token pools nothing: leave model.head.pooling at mean; model.head.pooling=last";
        refused(Map.of("task.name", "masked-lm", "model.head.pooling", "last", "data.columns.labels", "[]"), message);
        refused(
                Map.of(
                        "task.name",
                        "masked-lm",
                        "model.head.pooling",
                        "last",
                        "model.head.tied",
                        "true",
                        "data.columns.labels",
                        "[]"),
                message);
        assertThatThrownBy(() -> CONFIG.model()
                        .withVocabulary(9)
                        .with("head.pooling", "first")
                        .graph(
                                new Tagging().with(List.of("A", "B")),
                                CONFIG.training().updater(),
                                0,
                                1))
                .hasMessageContaining("model.head.pooling=first");
    }

    /** The file of a tokenizer is an input of the run like the data. */
    @Test
    void aRunThatGoesOnWithAnotherTokenizer() throws IOException {
        Path tokenizer = vocabulary("a", "b", "c");
        Path data = table();
        Map<String, String> json = Map.of("data.tokens", tokenizer.toString(), "training.steps", "1");
        RunConfig config = CONFIG.withOverrides(json);
        TrainingRun.of(config, data, folder.resolve("run")).execute();
        RunConfig longer = config.withOverride("training.steps", "2");
        vocabulary("b", "a", "c");
        assertThatThrownBy(() -> TrainingRun.of(longer, data, folder.resolve("run"))
                        .resume(true)
                        .execute())
                .hasMessageContaining("the checkpoint is of other data");
        vocabulary("a", "b", "c");
        TrainingRun.Result result =
                TrainingRun.of(longer, data, folder.resolve("run")).resume(true).execute();
        assertThat(result.folder().checkpoints().get(0).getFileName()).hasToString("step-000001.zip");
    }

    private Path vocabulary(String... words) throws IOException {
        StringBuilder vocabulary = new StringBuilder("\"<unk>\": 0");
        for (int i = 0; i < words.length; i++) {
            vocabulary.append(", \"").append(words[i]).append("\": ").append(i + 1);
        }
        return Files.writeString(folder.resolve("words.json"), """
                {"version": "1.0", "added_tokens": [{"id": 0, "content": "<unk>", "single_word": false, "lstrip": false,
                   "rstrip": false, "normalized": false, "special": true}],
                 "pre_tokenizer": {"type": "WhitespaceSplit"},
                 "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {%s}}}
                """.formatted(vocabulary));
    }

    /**
     * A task of a user's own that keeps what it is told.
     *
     * @param separator of {@code data.columns.options}; null before anything is told
     */
    public record OwnTask(String separator) implements Task, TaskTraining {
        @Override
        public TaskTraining reading(DataConfig data) {
            return new OwnTask(data.columns().options().labelSeparator());
        }

        @Override
        public String purpose() {
            return "says how labels are separated";
        }

        @Override
        public void head(HeadPlace place) {
            throw new UnsupportedOperationException("no net is built");
        }

        @Override
        public Task task() {
            return this;
        }

        @Override
        public Batching batching() {
            return new DocumentBatching(0);
        }

        @Override
        public Scorer<?> scorer(TokenCounts counts) {
            return new PairScorer(0.05, new HashMap<>());
        }
    }

    @Test
    void aTaskOfYourOwnHearsHowLabelsAreWritten() {
        DataConfig data = CONFIG.data();
        DataConfig semicolons = data.withColumns(
                data.columns().withOptions(data.columns().options().withLabelSeparator(";")));
        assertThat(Trainings.of(new OwnTask(null), semicolons)).isEqualTo(new OwnTask(";"));
        assertThatThrownBy(() -> Trainings.of(
                        new OwnTask(null),
                        DataConfig.defaults().withTokens("byte").withPatch(2)))
                .hasMessageContaining("the task needs tokens");
    }
}
