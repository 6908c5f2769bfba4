package io.github.performer4j.cli.predict;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Translation;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a model of one task writes for an input: the rows behind its id. */
abstract class Predictions {
    /** Column of what an input belongs to. */
    static final String ID = "id";

    /** Column that says why there is no prediction. */
    static final String NOTE = "note";

    private final Map<String, Long> counts = new LinkedHashMap<>();

    /**
     * What is written for one input.
     *
     * @param windows in which the model saw it
     * @param rows values of {@link #columns}: texts, numbers, lists of texts, or null
     */
    record Answer(int windows, List<List<Object>> rows) {}

    /**
     * Returns what a model predicts.
     *
     * @param all whether every class has a column
     * @param targets how targets are searched
     * @throws IllegalArgumentException if the model predicts nothing of the kind, with the command to use instead
     */
    static Predictions of(PerformerModel model, boolean all, TargetOptions targets) {
        String task = model.info().task().name();
        if (all && !task.equals(Classification.NAME)) {
            throw new IllegalArgumentException("--all gives every class a column, and needs a model of task "
                    + Classification.NAME + "; task=" + task);
        }
        if (!task.equals(Translation.NAME)) {
            targets.requireNone(task);
        }
        return switch (task) {
            case Classification.NAME -> new ClassPredictions(model.classifier(), all);
            case Tagging.NAME -> new TagPredictions(model.tagger());
            case Regression.NAME -> new NumberPredictions(model.regressor());
            case Similarity.NAME -> new PairPredictions(model.embedder());
            case Translation.NAME -> new TargetPredictions(targets.of(model.translator()));
            default ->
                throw new IllegalArgumentException("predict needs a model of task " + Classification.NAME + ", "
                        + Tagging.NAME + ", " + Regression.NAME + ", " + Similarity.NAME + " or " + Translation.NAME
                        + "; task=" + task + "; use "
                        + instead(task));
        };
    }

    private static String instead(String task) {
        return switch (task) {
            case MaskedLanguageModel.NAME -> "performer fill or performer embed";
            case CausalLanguageModel.NAME -> "performer generate or performer embed";
            case PixelModel.NAME -> "performer generate";
            default -> "performer eval or performer embed";
        };
    }

    /** Returns what reads inputs for the model. */
    abstract InputReader reader();

    /** Returns the names of the columns behind the id. */
    abstract List<String> columns();

    /** Predicts for inputs that are not empty. */
    abstract List<Answer> predict(List<ModelInput> inputs);

    /** Returns a line to tell when all is predicted; null for none. */
    String told() {
        return null;
    }

    /** Returns the row of an input without a prediction. */
    final List<Object> nothing() {
        return Collections.nCopies(columns().size(), null);
    }

    /** Counts a label that was predicted. */
    final void count(String label) {
        counts.merge(label, 1L, Long::sum);
    }

    /** Counts labels from zero, so that those never predicted are told. */
    final void countAll(List<String> labels) {
        labels.forEach(label -> counts.put(label, 0L));
    }

    /** Returns label → how often it was predicted, in the order of the model's labels; nothing for numbers. */
    final ObjectNode counts() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        counts.forEach(json::put);
        return json;
    }

    /**
     * Returns a number with the seven digits that float32 has, the same in every format.
     *
     * @throws IllegalStateException if it is none, as from a model whose training has diverged
     */
    static BigDecimal digits(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalStateException("the model's answer is no number; value=" + value);
        }
        return new BigDecimal(String.format(Locale.ROOT, "%.7g", value));
    }
}
