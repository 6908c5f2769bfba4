package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.rows.Batching;
import java.io.IOException;

/**
 * Trains language models.
 *
 * @param task one of the two
 * @param batching hidden tokens, or next ones
 */
record LanguageModelTraining(Task task, Batching batching) implements TaskTraining {
    @Override
    public boolean takesPacked() {
        return true;
    }

    @Override
    public boolean readsLabels() {
        return false;
    }

    @Override
    public Scorer<?> scorer(TokenCounts counts) {
        return new LanguageModelScorer(counts, false);
    }

    @Override
    public TokenCounts counts(Corpus train) throws IOException {
        return train.counts(batching.next());
    }

    @Override
    public boolean sampled() {
        return true;
    }
}
