package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.token.EncodedText;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Trains {@link Similarity} on data with a column of second texts, and columns of hard negatives where there are some. The negatives of a text are in its micro-batch, whose pairs {@code data.tokensPerBatch}
 * counts; {@code training.accumulate} averages over micro-batches and gives nobody more negatives.
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
        if (config.tokensPerBatch() / config.maxTokens() < 2) {
            throw new IllegalArgumentException("a batch must have two pairs, which are told from each other, so"
                    + " data.tokensPerBatch must be 2 · data.maxTokens or more; data.tokensPerBatch="
                    + config.tokensPerBatch() + ", data.maxTokens=" + config.maxTokens());
        }
        return this;
    }

    /** The label of a pair is where the separators behind its texts stand. */
    private static final class Separators implements LabelReader {
        @Override
        public Label read(Example example, EncodedText text) {
            throw new IllegalArgumentException(
                    "a pair must have two texts; texts=" + example.texts().size());
        }

        @Override
        public Label readTexts(Example example, EncodedText first, int... separators) {
            return Label.ofIds(separators);
        }
    }

    @Override
    public LabelReader labels() {
        return new Separators();
    }

    @Override
    public Batching batching() {
        return new PairBatching(task.candidates());
    }

    @Override
    public boolean readsLabels() {
        return false;
    }

    @Override
    public boolean readsNegatives() {
        return true;
    }

    @Override
    public boolean measuresStart() {
        return true;
    }

    @Override
    public Scorer<?> scorer(TokenCounts counts) {
        return scorers(counts).get();
    }

    @Override
    public Supplier<Scorer<?>> scorers(TokenCounts counts) {
        Map<Integer, Double> bags = new ConcurrentHashMap<>();
        return () -> new PairScorer(task.temperature(), bags);
    }
}
