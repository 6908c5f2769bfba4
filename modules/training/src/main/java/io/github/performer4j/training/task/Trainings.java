package io.github.performer4j.training.task;

import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.core.task.Translation;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.MaskedBatching;
import io.github.performer4j.data.rows.NextTokenBatching;
import io.github.performer4j.data.rows.TokenDropout;
import java.util.Map;
import java.util.function.Function;

/** Finds the training of a task. */
public final class Trainings {
    private static final Map<Class<? extends Task>, Function<Task, TaskTraining>> KNOWN = Map.of(
            MaskedLanguageModel.class,
                    task -> new LanguageModelTraining(
                            task, new MaskedBatching(((MaskedLanguageModel) task).maskRate())),
            CausalLanguageModel.class, task -> new LanguageModelTraining(task, new NextTokenBatching()),
            PixelModel.class, task -> new PixelTraining((PixelModel) task),
            Classification.class, task -> new ClassificationTraining((Classification) task),
            Tagging.class, task -> new TaggingTraining((Tagging) task),
            Regression.class, task -> new RegressionTraining((Regression) task),
            Similarity.class, task -> new PairTraining((Similarity) task),
            Translation.class, task -> new TranslationTraining((Translation) task));

    private Trainings() {}

    /**
     * Returns what trains a task, or measures one that is complete, on data of this configuration.
     *
     * @param data says how labels are written
     * @throws IllegalArgumentException if nothing is known that could, or the data has what the task has no use for: rows of floats, labels
     */
    public static TaskTraining of(Task task, DataConfig data) {
        TaskTraining training = of(task).reading(data);
        if (data.patch() > 0 && !training.takesFloats()) {
            throw new IllegalArgumentException("the task needs tokens, and images in patches are rows of floats; task="
                    + task.name() + ", data.patch=" + data.patch());
        }
        if (data.packing() && !training.takesPacked()) {
            throw new IllegalArgumentException("the task's rows are not packed; task=" + task.name()
                    + ", data.packing=true, packs=masked-lm, causal-lm");
        }
        if (data.graph().given()) {
            requireGraphs(training, data);
        }
        ExampleColumns columns = data.columns();
        boolean named = !columns.labels().isEmpty() || columns.labelPattern() != null;
        if (named && !training.readsLabels() && !data.split().equals("label")) {
            throw new IllegalArgumentException(
                    "the task has no use for labels (--label-column, --label-pattern), unless data.split=label; task="
                            + task.name() + ", data.columns.labels=" + columns.labels() + ", data.columns.labelPattern="
                            + columns.labelPattern());
        }
        if (!columns.negatives().isEmpty() && !training.readsNegatives()) {
            throw new IllegalArgumentException("the task has no use for hard negatives (--negative-column); task="
                    + task.name() + ", data.columns.negatives=" + columns.negatives());
        }
        return training;
    }

    /**
     * Returns what makes the batches of training.
     *
     * @param training of a task that is complete
     * @param data how rows are read
     * @param tokenDropout probability with which a token is hidden, in [0, 1)
     * @throws IllegalArgumentException if tokens are to be hidden, and the task needs them or there are none
     */
    public static Batching batching(TaskTraining training, DataConfig data, double tokenDropout) {
        if (tokenDropout > 0 && !training.dropsTokens()) {
            throw new IllegalArgumentException("the task needs all tokens of a row; task="
                    + training.task().name() + ", training.tokenDropout=" + tokenDropout);
        }
        if (tokenDropout > 0 && (data.patch() > 0 || data.graph().given())) {
            throw new IllegalArgumentException(
                    "tokens are hidden, and rows of floats have none; training.tokenDropout=" + tokenDropout
                            + ", data.patch=" + data.patch() + ", data.graph.kernel="
                            + data.graph().kernel());
        }
        return TokenDropout.of(training.batching(), tokenDropout);
    }

    private static void requireGraphs(TaskTraining training, DataConfig data) {
        if (!training.takesGraphs()) {
            throw new IllegalArgumentException("the task needs tokens, and graphs have none; task="
                    + training.task().name() + ", data.graph.kernel="
                    + data.graph().kernel());
        }
        String labels = data.columns().options().nodeLabels();
        if (training.task() instanceof Tagging && labels.equals("kinds")) {
            throw new IllegalArgumentException("what is to be predicted of nodes must not be seen: labels of nodes are"
                    + " tags, or none where tags stand elsewhere; data.columns.options.nodeLabels=" + labels);
        }
    }

    /**
     * Returns what trains a task: the task itself if it is a {@link TaskTraining} too.
     *
     * @throws IllegalArgumentException if nothing is known that could
     */
    public static TaskTraining of(Task task) {
        if (task instanceof TaskTraining own) {
            return own;
        }
        Function<Task, TaskTraining> known = KNOWN.get(task.getClass());
        if (known == null) {
            throw new IllegalArgumentException("a task of your own must be a " + TaskTraining.class.getName()
                    + " to be trained; task=" + task.name());
        }
        return known.apply(task);
    }
}
