package io.github.performer4j.training.run;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.training.task.TaskTraining;
import io.github.performer4j.training.task.Trainings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What data decides of the models that learn from it: the vocabulary, the size of rows of floats, the labels. A
 * configuration can be asked whether it has a model for that data before anything is trained.
 */
public final class RunModel {
    private final Task task;
    private final Tokenizer tokenizer;
    private final DataConfig data;

    /**
     * Keeps what is known.
     *
     * @param task complete
     * @param data the settings by which it is read, which know the size of rows of floats
     */
    RunModel(Task task, Tokenizer tokenizer, DataConfig data) {
        this.task = task;
        this.tokenizer = tokenizer;
        this.data = data;
    }

    /**
     * Looks at data.
     *
     * @param config its task, and how the data is read
     * @param train file or folder to learn from
     * @param valid held-out file or folder
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if task and data do not go together
     */
    public static RunModel of(RunConfig config, Path train, Path valid) throws IOException {
        RunSides plain = RunSides.open(
                new RunData.Names(train, valid, null),
                config,
                StartModel.of(config.start()).tokenizer());
        TaskTraining training = Trainings.of(config.task(), config.data()).complete(plain.train());
        Corpus side = plain.labelled(training).train();
        return new RunModel(training.task(), side.tokenizer(), plain.train().config());
    }

    /**
     * Returns the whole model of a configuration with this task.
     *
     * @throws IllegalArgumentException if it says something else than the data, or does not go with the task
     */
    PerformerConfig model(RunConfig config) {
        PerformerConfig model = config.model();
        int rowSize = data.rowSize();
        int lengths = data.graph().channels();
        Rule.that(
                model.embedding().rowSize() == 0 || model.embedding().rowSize() == rowSize,
                "model.embedding.rowSize must be 0 or that of the data's patches or nodes",
                "rowSize",
                model.embedding().rowSize(),
                "data",
                rowSize);
        Rule.that(
                model.embedding().graphLengths() == 0 || model.embedding().graphLengths() == lengths,
                "model.embedding.graphLengths must be 0 or that of the data's kernel",
                "graphLengths",
                model.embedding().graphLengths(),
                "data",
                lengths);
        Rule.that(
                model.vocabulary() == 0 || model.vocabulary() == tokenizer.size(),
                "model.vocabulary must be 0 or the tokenizer's",
                "vocabulary",
                model.vocabulary(),
                "tokenizer",
                tokenizer.size());
        Rule.that(
                config.data().framing() != Framing.PACKED
                        || model.embedding().textSeparator() < 0
                                && model.embedding().hiddenToken() < 0,
                "types of texts and hidden tokens are of one document a row, so data.framing must be both or start",
                "model.embedding.textSeparator",
                model.embedding().textSeparator(),
                "model.embedding.hiddenToken",
                model.embedding().hiddenToken(),
                "data.framing",
                config.data().framing().written());
        Rule.that(
                config.data().maxTokens() <= model.maxTokens(),
                "data.maxTokens must not exceed model.maxTokens",
                "data",
                config.data().maxTokens(),
                "model",
                model.maxTokens());
        for (AttentionOptions group : model.attentionOptions().groups().values()) {
            if (group.cells() != null) {
                requirePlaces(group.cells(), config, model);
            }
        }
        PerformerConfig whole = model.with(Map.of(
                "embedding.vocabulary", tokenizer.size(),
                "embedding.rowSize", rowSize,
                "embedding.graphLengths", lengths));
        whole.check(task);
        return whole;
    }

    /** Returns what there is to say of a model before it is trained, a line each. */
    static List<String> advice(PerformerConfig model) {
        List<String> lines = new ArrayList<>();
        if (model.head().pooling().equals("max") && model.dropout() > 0) {
            lines.add("the largest of a sequence's values grows with dropout, which predictions are without:"
                    + " model.dropout=0 goes with model.head.pooling=max; model.dropout=" + model.dropout());
        }
        boolean linear = model.attentionOptions().groups().values().stream()
                .anyMatch(group -> group.kind() != AttentionOptions.Kind.EXACT);
        if (linear
                && model.attention().positions().equals("toeplitz")
                && model.attention().queryKeyNorm().equals("none")) {
            lines.add("weights of offsets go by Fourier transforms, in which large features take the digits of small"
                    + " ones: model.attention.queryKeyNorm=rms keeps features bounded;"
                    + " model.attention.positions=toeplitz, model.attention.queryKeyNorm=none");
        }
        return lines;
    }

    /** On a grid each token is one of its cells, or the class token; of images the grid is the image's, or one line. */
    private void requirePlaces(Grid grid, RunConfig config, PerformerConfig model) {
        boolean patches = config.data().patch() > 0;
        Rule.that(
                grid.classToken() ? !patches && config.data().framing() == Framing.START : patches,
                "on a grid every token is one of its places: images in patches (data.patch), which have no frame, or behind a class token (cls+) single values with data.framing=start",
                "model.attention.grid",
                grid.shape(),
                "data.patch",
                config.data().patch(),
                "data.framing",
                config.data().framing().written());
        ImageShape image = data.images();
        Rule.that(
                image == null || fits(grid.sizes(), image, config.data().patch()),
                "a grid of rows and columns must be the image's, of single values with its channels behind them, or one line of all",
                "model.attention.grid",
                grid.shape(),
                "image",
                image,
                "data.patch",
                config.data().patch());
        int places = grid.shape().places();
        Rule.that(
                config.data().maxTokens() == places && model.maxTokens() == places,
                "on a grid data.maxTokens and model.maxTokens must be its places",
                "model.attention.grid",
                grid.shape(),
                "places",
                places,
                "data.maxTokens",
                config.data().maxTokens(),
                "model.maxTokens",
                model.maxTokens());
    }

    /** Returns whether an image lies on a grid: its patches, or its values, of which colours have several at each pixel. */
    private static boolean fits(List<Integer> sizes, ImageShape image, int patch) {
        if (patch > 0) {
            return sizes.size() == 1 || sizes.equals(List.of(image.height() / patch, image.width() / patch));
        }
        return sizes.equals(List.of(image.symbols()))
                || sizes.equals(List.of(image.height(), image.width(), image.channels()))
                || image.channels() == 1 && sizes.equals(List.of(image.height(), image.width()));
    }

    /** Returns the number of values of the model of a configuration, without making it. */
    public long parameters(RunConfig config) {
        TrainingConfig training = config.training();
        return model(config)
                .graph(task, training.updater(), training.weightDecay(), training.seed())
                .getVertices()
                .values()
                .stream()
                .mapToLong(vertex -> vertex.numParams(true))
                .sum();
    }

    /**
     * Refuses a configuration that has no model for this data: builds its graph, without weights.
     *
     * @param config with the task and the data settings that the data was looked at with
     * @throws IllegalArgumentException in one line
     */
    public void require(RunConfig config) {
        TrainingConfig training = config.training();
        model(config).graph(task, training.updater(), training.weightDecay(), training.seed());
    }
}
