package io.github.performer4j.cli.options;

import io.github.performer4j.checkpoint.PerformerModel;
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
}
