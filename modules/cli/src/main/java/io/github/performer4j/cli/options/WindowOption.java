package io.github.performer4j.cli.options;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.read.DataConfig;
import picocli.CommandLine.Option;

/** {@code --window}: how many tokens a model sees at once, where its positions do not end. */
public final class WindowOption {
    @Option(
            names = "--window",
            paramLabel = "T",
            description =
                    "See up to T tokens at once (default: as in training). More than in training needs a model whose positions are relative or none: rotary, decay, convolution; T may be any large number then, since a sequence takes the memory of its own length.")
    private Integer window;

    /** Returns the model with that window. */
    public PerformerModel of(PerformerModel model) {
        return window == null ? model : model.withWindow(window);
    }

    /**
     * Returns how data is read into rows of that many tokens.
     *
     * @throws IllegalArgumentException if the model reads no such rows
     */
    public DataConfig of(PerformerModel model, DataConfig reading) {
        if (window == null) {
            return reading;
        }
        if (model.info().task().readsSource() || reading.graph().given()) {
            throw new IllegalArgumentException("a window is one of single sequences; --window=" + window + ", task="
                    + model.info().task().name() + ", data.graph.kernel="
                    + reading.graph().kernel());
        }
        if (window > PerformerModel.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "rows of data have at most " + PerformerModel.MAX_LENGTH + " tokens; --window=" + window);
        }
        model.withWindow(window); // refuses one that its positions do not reach
        return reading.withMaxTokens(window).withTokensPerBatch(Math.max(reading.tokensPerBatch(), window));
    }
}
