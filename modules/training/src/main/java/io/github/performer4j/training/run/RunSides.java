package io.github.performer4j.training.run;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.split.SplitReport;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.task.TaskTraining;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The two sides of a run's data, opened.
 *
 * @param train what the model learns from
 * @param valid what is held out, read with the training side's tokenizer
 * @param method how a share was chosen, in words; "given" for held-out data
 * @param held what is held out, in words
 * @param leakage how near the held-out side is to the training side, in words; null where that is not measured
 */
record RunSides(Corpus train, Corpus valid, String method, String held, String leakage) {
    /**
     * Opens the data, and splits it if a share is held out.
     *
     * @param names data, and either held-out data or a share
     * @param config how both are read, and the seed of the split; whether its model lies on a grid decides whether images must all have one size
     * @param given the tokenizer of the model that the run begins with; null to make one of the training data
     * @throws IOException if the data cannot be read
     * @throws IllegalArgumentException if it cannot be split
     */
    static RunSides open(RunData.Names names, RunConfig config, Tokenizer given) throws IOException {
        Corpus corpus = Corpus.open(names.data(), sized(names.data(), config), given);
        if (names.valid() != null) {
            Corpus train = corpus.nodesKnown();
            return new RunSides(
                    train,
                    Corpus.open(names.valid(), train.config().withoutNegatives(), train.tokenizer()),
                    "given",
                    names.valid().toString(),
                    null);
        }
        corpus.requireGraphs(); // before it is split
        Corpus.Split split =
                corpus.split(names.validFraction(), config.training().seed()).nodesKnown();
        return new RunSides(
                split.train(),
                split.valid(),
                split.report().method(),
                split.report().held(),
                split.report().leakage());
    }

    /** Returns the settings with the size of the first image, where images are cut into patches or their values lie on a grid: all must have it, or a model would see other rows. */
    private static DataConfig sized(Path path, RunConfig config) throws IOException {
        DataConfig data = config.data();
        if (data.images() != null
                || data.patch() == 0 && !config.model().attentionOptions().onGrid()) {
            return data;
        }
        ImageShape shape = Corpus.open(path, data, null).imageShape();
        Rule.that(
                shape != null || data.patch() == 0,
                "patches are cut from images",
                "data.patch",
                data.patch(),
                "path",
                path);
        return shape == null ? data : data.withImages(shape);
    }

    /** Returns the sides with the leakage known, which a split has measured already: of held-out data of its own, where both sides are proteins or images. */
    RunSides measured(long seed) throws IOException {
        if (leakage != null) {
            return this;
        }
        SplitReport.Similarity near = train.leakage(valid, seed);
        Long equal = near == null ? train.equalImages(valid) : null;
        String words =
                near != null ? near.words() : equal == null ? null : SplitReport.equalImages(equal, valid.documents());
        return new RunSides(train, valid, method, held, words);
    }

    /** Returns the sides with the labels of a task; the same sides if it has none. */
    RunSides labelled(TaskTraining task) throws IOException {
        LabelReader labels = task.labels();
        return labels == null
                ? this
                : new RunSides(train.labelled(labels), valid.labelled(labels), method, held, leakage);
    }

    /** Reads both sides whole: a fault shows before anything is written. */
    RunData.Sides sides() throws IOException {
        String counts = train.counts(true).toJson() + "\n" + valid.counts(true).toJson();
        return new RunData.Sides(
                method,
                train.documents(),
                train.tokens(),
                valid.documents(),
                valid.tokens(),
                Sha256.of(counts.getBytes(StandardCharsets.UTF_8)));
    }
}
