package io.github.performer4j.training.step;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.task.TaskTraining;
import io.github.performer4j.training.task.Trainings;
import java.io.IOException;

/** Evaluators of models on data. */
public final class Evaluators {
    private Evaluators() {}

    /**
     * Returns what measures a trained model.
     *
     * @param info of the model
     * @param data read with the model's tokenizer; of tasks with labels, data with columns
     * @param seed of what is drawn, such as masks
     * @param most predicted tokens of a language model to stop at; other tasks look at all of the data
     * @throws IOException if the data cannot be read
     */
    public static Evaluator of(ModelInfo info, Corpus data, long seed, long most) throws IOException {
        TaskTraining task = Trainings.of(info.task(), data.config());
        return of(task, task.labels() == null ? data : data.labelled(task.labels()), info, seed, most);
    }

    /**
     * Returns the evaluator of a run's held-out side.
     *
     * @param task what is measured
     * @param data held-out side
     * @param info of the model, for the baselines of its training side
     * @param training says how much is evaluated
     * @param seed of what is drawn, such as masks
     */
    public static Evaluator of(TaskTraining task, Corpus data, ModelInfo info, TrainingConfig training, long seed) {
        return of(task, data, info, seed, training.evalTokens());
    }

    private static Evaluator of(TaskTraining task, Corpus data, ModelInfo info, long seed, long most) {
        return new Evaluator(
                data.batches(task.batching(), false),
                task.scorers(info.counts()),
                seed,
                task.sampled() ? most : Long.MAX_VALUE);
    }
}
