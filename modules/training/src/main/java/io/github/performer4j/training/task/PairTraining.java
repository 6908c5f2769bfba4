package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.rows.Batching;

/**
 * Trains {@link Similarity} on data with a column of second texts.
 *
 * @param task the task
 */
record PairTraining(Similarity task) implements TaskTraining {
    @Override
    public TaskTraining complete(Corpus train) {
        DataConfig config = train.config();
        if (config.columns().pair() == null) {
            throw new IllegalArgumentException("pairs need a column of second texts (--pair-column); path="
                    + train.path() + ", kind=" + train.kind());
        }
        return this;
    }

    /** The label of a pair is where its second text begins. */
    @Override
    public LabelReader labels() {
        return (example, text) -> {
            if (example.texts().size() != 2) {
                throw new IllegalArgumentException(
                        "a pair must have two texts; texts=" + example.texts().size());
            }
            return Label.ofIds(text.ids().length);
        };
    }

    @Override
    public Batching batching() {
        return new PairBatching();
    }

    @Override
    public boolean readsLabels() {
        return false;
    }

    @Override
    public Scorer<?> scorer(TokenCounts counts) {
        return new PairScorer();
    }
}
