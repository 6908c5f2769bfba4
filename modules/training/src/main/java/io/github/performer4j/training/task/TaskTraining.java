package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.rows.Batching;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * What trains and measures a {@link Task}. A class of your own may be both at once.
 *
 * <p>Of performer4j's tasks, {@link Trainings#of} finds it.
 */
public interface TaskTraining {
    /** Returns the task; complete after {@link #complete}. */
    Task task();

    /**
     * Hears how the data is written, before anything else is asked, in training and in measuring alike: {@code data.columns.options} such as the sign between labels.
     *
     * @param data the settings by which it is read
     * @return the training that reads labels so
     */
    default TaskTraining reading(DataConfig data) {
        return this;
    }

    /**
     * Returns whether inputs may be rows of floats ({@code data.patch}) instead of token ids: then a label is one for the whole input, and batches take their input from {@link
     * Batching#tokens}.
     */
    default boolean takesFloats() {
        return false;
    }

    /** Returns whether inputs may be graphs ({@code data.graph.kernel}): then batches take their inputs from {@link Batching#inputs}. */
    default boolean takesGraphs() {
        return false;
    }

    /** Returns whether rows of training may hold several sequences ({@code data.packing}): then all columns of batches belong to tokens, and the head sees each token for itself. */
    default boolean takesPacked() {
        return false;
    }

    /** Returns whether rows of training may have hidden tokens ({@code training.tokenDropout}): then what is to be predicted does not stand in the tokens. */
    default boolean dropsTokens() {
        return false;
    }

    /** Returns whether the task has a use for columns of labels; where it has none, data that names some is refused. */
    default boolean readsLabels() {
        return true;
    }

    /** Returns whether the task has a use for columns of hard negatives; where it has none, data that names some is refused. */
    default boolean readsNegatives() {
        return false;
    }

    /** Returns whether a trained model of the same task is measured before its first step, because it may do the task already. */
    default boolean measuresStart() {
        return false;
    }

    /**
     * Looks at the training side for what the task does not say: names of labels, means.
     *
     * @param train the training side
     * @return the training of the complete task
     * @throws IOException if the data cannot be read
     */
    default TaskTraining complete(Corpus train) throws IOException {
        return this;
    }

    /**
     * Returns what reads the labels of a complete task.
     *
     * @return null if it has none: what is to be predicted is in the sequences
     */
    default LabelReader labels() {
        return null;
    }

    /**
     * Returns whether there is something to learn from, or to be measured on, in a side; of tasks with labels, a document.
     *
     * @throws IOException if the data cannot be read
     */
    default boolean learnable(Corpus side) throws IOException {
        return labels() == null ? side.counts(batching().next()).total() > 0 : side.documents() > side.dropped();
    }

    /** Returns what makes batches of rows. */
    Batching batching();

    /**
     * Returns a fresh scorer.
     *
     * @param counts of the training side, as {@link #counts} gave them; null if it gave none
     */
    Scorer<?> scorer(TokenCounts counts);

    /** Returns what gives a fresh scorer for each evaluation of the same data; they may share what no model changes. */
    default Supplier<Scorer<?>> scorers(TokenCounts counts) {
        return () -> scorer(counts);
    }

    /**
     * Returns token counts that the model keeps for its baselines.
     *
     * @return null if the task has no use for them
     * @throws IOException if the data cannot be read
     */
    default TokenCounts counts(Corpus train) throws IOException {
        return null;
    }

    /** Returns whether an evaluation may stop at {@code training.evalTokens}; tasks on whole documents look at all of them. */
    default boolean sampled() {
        return false;
    }
}
