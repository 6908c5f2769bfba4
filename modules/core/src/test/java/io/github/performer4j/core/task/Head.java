package io.github.performer4j.core.task;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.model.PerformerConfig;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every head that a task can have, with labels for it. */
public enum Head {
    MASKED_LM,
    CAUSAL_LM,
    PIXELS,
    CLASSES,
    WEIGHTED_CLASSES,
    LABEL_SETS,
    TAGS,
    MEAN_SQUARES,
    HUBER;

    /** Returns the task, complete, with C labels or numbers where it has any. */
    public Task task(int classes) {
        List<String> names =
                IntStream.range(0, classes).mapToObj(i -> "label-" + i).toList();
        List<Double> weights =
                IntStream.range(0, classes).mapToObj(i -> 0.5 + i).toList();
        return switch (this) {
            case MASKED_LM -> new MaskedLanguageModel();
            case CAUSAL_LM -> new CausalLanguageModel();
            case PIXELS -> new PixelModel(2, 3, 1);
            case CLASSES -> new Classification().with(names, null);
            case WEIGHTED_CLASSES -> new Classification(null, false, "balanced", null).with(names, weights);
            case LABEL_SETS -> new Classification(names, true, "none", null);
            case TAGS -> new Tagging().with(names);
            case MEAN_SQUARES -> new Regression().plain(names);
            case HUBER ->
                new Regression(
                        names, "huber", 0.3, Collections.nCopies(classes, 0.0), Collections.nCopies(classes, 1.0));
        };
    }

    /** Returns a body with the attention that the task needs. */
    public PerformerConfig body(PerformerConfig config) {
        return config.withCausal(this == CAUSAL_LM || this == PIXELS);
    }

    /** Returns whether there is a label for each token. */
    public boolean perToken() {
        return ordinal() <= PIXELS.ordinal() || this == TAGS;
    }

    /** Returns labels for a batch. */
    public INDArray labels(DataType type, long seed, int vocabulary, int classes, int batch, int tokens) {
        return switch (this) {
            case MASKED_LM, CAUSAL_LM, PIXELS -> Samples.ids(type, seed, vocabulary, batch, tokens);
            case TAGS -> Samples.ids(type, seed, classes, batch, tokens);
            case CLASSES, WEIGHTED_CLASSES -> Samples.ids(type, seed, classes, batch, 1);
            case LABEL_SETS -> Samples.ids(type, seed, 2, batch, classes);
            case MEAN_SQUARES, HUBER -> Samples.gaussian(type, seed, 1, batch, classes);
        };
    }
}
