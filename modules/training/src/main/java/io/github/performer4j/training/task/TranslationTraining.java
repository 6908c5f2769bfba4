package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Translation;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.rows.Batching;
import java.util.List;

/**
 * Trains {@link Translation} on data with a column of sources and one of targets, by teacher forcing: the decoder reads the true target one token late.
 *
 * @param task the task
 */
record TranslationTraining(Translation task) implements TaskTraining {
    /** {@inheritDoc} A row is a source and its target, whole. */
    @Override
    public TaskTraining reading(DataConfig data) {
        if (data.framing() != Framing.BOTH) {
            throw new IllegalArgumentException(
                    "a source and its target are one row of the data, between its start and its end; task="
                            + Translation.NAME + ", data.framing="
                            + data.framing().written() + ", needed=both");
        }
        if (data.columns().options().cutsPairs()) {
            throw new IllegalArgumentException("a source or a target that is cut is another one; task="
                    + Translation.NAME + ", data.columns.options.longPairs=cut");
        }
        return this;
    }

    @Override
    public TaskTraining complete(Corpus train) {
        if (train.config().columns().pair() == null) {
            throw new IllegalArgumentException("sources need a column of targets (--target-column); path="
                    + train.path() + ", kind=" + train.kind());
        }
        return this;
    }

    /** The label of a row is where its target begins. */
    @Override
    public LabelReader labels() {
        return (example, text) -> {
            requireBoth(example);
            if (text.ids().length == 0) {
                throw new IllegalArgumentException("a source must have a token; tokens=0, id=" + example.id());
            }
            return Label.ofIds(text.ids().length);
        };
    }

    private static void requireBoth(Example example) {
        List<String> texts = example.texts();
        if (texts.size() != 2) {
            throw new IllegalArgumentException(
                    "a source must have a target (--target-column); texts=" + texts.size() + ", id=" + example.id());
        }
        for (int i = 0; i < 2; i++) {
            if (texts.get(i).isBlank()) {
                throw new IllegalArgumentException("a source and a target must not be empty; empty="
                        + (i == 0 ? "source" : "target") + ", id=" + example.id());
            }
        }
    }

    @Override
    public Batching batching() {
        return new TranslationBatching();
    }

    @Override
    public boolean readsLabels() {
        return false;
    }

    @Override
    public Scorer<?> scorer(TokenCounts counts) {
        return new TranslationScorer();
    }
}
