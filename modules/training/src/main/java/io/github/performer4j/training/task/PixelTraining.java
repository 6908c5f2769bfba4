package io.github.performer4j.training.task;

import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.NextTokenBatching;
import java.io.IOException;

/**
 * Trains {@link PixelModel}, a language model of pixels whose images all have one size.
 *
 * @param task with its size or without
 */
record PixelTraining(PixelModel task) implements TaskTraining {
    @Override
    public TaskTraining complete(Corpus train) throws IOException {
        ImageShape shape = train.imageShape();
        if (shape == null) {
            throw new IllegalArgumentException(
                    "a model of pixels needs images of one size; path=" + train.path() + ", kind=" + train.kind());
        }
        PixelModel found = new PixelModel(shape.height(), shape.width(), shape.channels());
        if (task.height() != 0 && !task.equals(found)) {
            throw new IllegalArgumentException(
                    "images must be of the task's size; path=" + train.path() + ", task=" + task + ", images=" + shape);
        }
        int most = train.config().maxTokens();
        if (found.values() > most) {
            throw new IllegalArgumentException("an image must fit in a row (data.maxTokens, model.maxTokens); image="
                    + shape + ", values=" + found.values() + ", data.maxTokens=" + most);
        }
        return new PixelTraining(found);
    }

    @Override
    public Batching batching() {
        return new NextTokenBatching();
    }

    @Override
    public boolean readsLabels() {
        return false;
    }

    @Override
    public Scorer<?> scorer(TokenCounts counts) {
        return new LanguageModelScorer(counts, true);
    }

    @Override
    public TokenCounts counts(Corpus train) throws IOException {
        return train.counts(true);
    }

    @Override
    public boolean sampled() {
        return true;
    }
}
