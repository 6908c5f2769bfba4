package io.github.performer4j.training;

import io.github.performer4j.data.BatchSource;
import io.github.performer4j.data.BatchStream;
import io.github.performer4j.data.TokenBatch;
import io.github.performer4j.data.TokenCounts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures a model on held-out data. The masks come from the seed, so two evaluations see the same positions; dropout is off. With N
 * predicted tokens t_i, true left neighbours l_i and the model's probabilities p_i,
 *
 * <pre>
 * loss            = −(1/N) Σ log p_i(t_i)
 * baseline order0 = −(1/N) Σ log P(t_i)
 * baseline order1 = −(1/N) Σ log P(t_i | l_i)
 * </pre>
 *
 * where P are the training side's smoothed frequencies ({@link TokenCounts}).
 */
public final class Evaluator {
    /** A probability that underflowed to zero in float32 counts as this one. */
    static final double LEAST_PROBABILITY = Float.MIN_VALUE;

    /** Batches held in memory and computed side by side, per thread. */
    private static final int BATCHES_PER_THREAD = 8;

    private final BatchSource source;
    private final TokenCounts counts;
    private final long seed;
    private final long maxTokens;
    private final BatchEncoder encoder;

    /**
     * Makes an evaluator of one of performer4j's models.
     *
     * @param source the held-out data, unshuffled
     * @param counts token counts of the training side
     * @param seed of the masks
     * @param maxTokens stops after the batch that reaches this many predicted tokens; {@code Long.MAX_VALUE} for all
     */
    public Evaluator(BatchSource source, TokenCounts counts, long seed, long maxTokens) {
        this(source, counts, seed, maxTokens, BatchEncoder.tokens());
    }

    /**
     * Makes an evaluator of any graph with one output of probabilities [B,T,V].
     *
     * @param encoder makes the graph's arrays
     */
    public Evaluator(BatchSource source, TokenCounts counts, long seed, long maxTokens, BatchEncoder encoder) {
        Rule.that(maxTokens >= 1, "an evaluation needs at least 1 token", "maxTokens", maxTokens);
        this.source = source;
        this.counts = counts;
        this.seed = seed;
        this.maxTokens = maxTokens;
        this.encoder = encoder;
    }

    /**
     * Evaluates.
     *
     * @param net the model; not changed
     * @param threads worker threads; the result is the same for every number
     * @throws IOException if the data cannot be read
     * @throws IllegalArgumentException if the data has nothing to predict
     */
    public Evaluation evaluate(ComputationGraph net, int threads) throws IOException {
        return evaluate(net, threads, () -> false);
    }

    /** Evaluates a graph; returns null if it is told to stop first. */
    Evaluation evaluate(ComputationGraph net, int threads, BooleanSupplier stop) throws IOException {
        try (Workers workers = new Workers(net, encoder, threads)) {
            return evaluate(workers, stop);
        }
    }

    /**
     * Evaluates the workers' graph.
     *
     * @param stop asked before each batch; a part of an evaluation is none
     * @return null if it was told to stop
     */
    Evaluation evaluate(Workers workers, BooleanSupplier stop) throws IOException {
        Tally sum = new Tally(0, 0, 0, 0, 0);
        try (BatchStream stream = source.open(seed, 0)) {
            List<TokenBatch> some = next(stream, workers.count(), maxTokens);
            while (!some.isEmpty()) {
                for (Tally one : workers.map(some, (net, batch) -> stop.getAsBoolean() ? null : tally(net, batch))) {
                    if (one == null) {
                        return null;
                    }
                    sum = sum.plus(one);
                }
                some = next(stream, workers.count(), maxTokens - sum.tokens());
            }
        }
        return sum.evaluation();
    }

    private static List<TokenBatch> next(BatchStream stream, int threads, long tokens) {
        List<TokenBatch> batches = new ArrayList<>();
        long left = tokens;
        while (left > 0 && batches.size() < threads * BATCHES_PER_THREAD && stream.hasNext()) {
            TokenBatch batch = stream.next();
            int predicted = batch.predicted();
            if (predicted > 0) {
                batches.add(batch);
                left -= predicted;
            }
        }
        return batches;
    }

    private Tally tally(ComputationGraph net, TokenBatch batch) {
        BatchEncoder.Arrays arrays = encoder.encode(batch, net.params().dataType());
        INDArray output = net.output(
                        false,
                        new INDArray[] {arrays.features()},
                        Workers.optional(arrays.featureMask()),
                        Workers.optional(arrays.labelMask()))[0]; // [B,T,V]
        int rows = batch.batch() * batch.length();
        int vocabulary = (int) (output.length() / rows);
        float[] probabilities = output.dup('c').data().asFloat();
        double loss = 0;
        double order0 = 0;
        double order1 = 0;
        long hits = 0;
        for (int row = 0; row < rows; row++) {
            int label = batch.labels()[row];
            if (label == TokenBatch.IGNORED) {
                continue;
            }
            int offset = row * vocabulary;
            float p = probabilities[offset + label];
            loss -= Float.isNaN(p) ? Double.NaN : Math.log(Math.max(p, LEAST_PROBABILITY));
            hits += best(probabilities, offset, vocabulary) == label ? 1 : 0;
            order0 -= counts.logOrder0(label);
            order1 -= counts.logOrder1(batch.left()[row], label);
        }
        return new Tally(loss, hits, batch.predicted(), order0, order1);
    }

    private static int best(float[] values, int offset, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (values[offset + i] > values[offset + best]) {
                best = i;
            }
        }
        return best;
    }

    /** Sums over predicted tokens. */
    private record Tally(double loss, long hits, long tokens, double order0, double order1) {
        Tally plus(Tally other) {
            return new Tally(
                    loss + other.loss,
                    hits + other.hits,
                    tokens + other.tokens,
                    order0 + other.order0,
                    order1 + other.order1);
        }

        Evaluation evaluation() {
            Rule.that(tokens > 0, "the evaluation data must have a token to predict", "tokens", tokens);
            double mean = loss / tokens;
            return new Evaluation(
                    mean, Math.exp(mean), hits / (double) tokens, tokens, order0 / tokens, order1 / tokens);
        }
    }
}
