package io.github.performer4j.training.step;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.batch.BatchEncoder;
import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.training.task.Scorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures a model on held-out data by a task's {@link Scorer}. Whatever is drawn, such as masks, comes from the seed, so two evaluations see the same; dropout is off.
 */
public final class Evaluator {
    /** Batches held in memory and computed side by side, per thread. */
    private static final int BATCHES_PER_THREAD = 8;

    private final BatchSource source;
    private final Supplier<Scorer<?>> scorers;
    private final long seed;
    private final double most;
    private final BatchEncoder encoder;
    private Map<String, byte[]> pictures = Map.of();

    /**
     * Makes an evaluator of one of performer4j's models.
     *
     * @param source the held-out data, unshuffled
     * @param scorers gives a fresh scorer for each evaluation
     * @param seed of what is drawn
     * @param most stops after the batch that reaches this many predicted things; {@code Long.MAX_VALUE} for all
     */
    public Evaluator(BatchSource source, Supplier<Scorer<?>> scorers, long seed, long most) {
        this(source, scorers, seed, most, BatchEncoder.columns());
    }

    /**
     * Makes an evaluator of any graph.
     *
     * @param encoder makes the graph's arrays
     */
    public Evaluator(BatchSource source, Supplier<Scorer<?>> scorers, long seed, long most, BatchEncoder encoder) {
        Rule.that(most >= 1, "an evaluation needs at least 1 prediction", "most", most);
        this.source = source;
        this.scorers = scorers;
        this.seed = seed;
        this.most = most;
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
    public Evaluation evaluate(ComputationGraph net, int threads, BooleanSupplier stop) throws IOException {
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
        return evaluate(workers, scorers.get(), stop);
    }

    private <P> Evaluation evaluate(Workers workers, Scorer<P> scorer, BooleanSupplier stop) throws IOException {
        double done = 0;
        try (BatchStream stream = source.open(seed, 0)) {
            List<Batch> some = next(stream, workers.count(), most);
            while (!some.isEmpty()) {
                List<P> parts = workers.map(
                        some, (net, batch) -> stop.getAsBoolean() ? null : scorer.part(output(net, batch), batch));
                for (P part : parts) {
                    if (part == null) {
                        return null;
                    }
                    scorer.add(part);
                }
                done += some.stream().mapToDouble(Batch::weight).sum();
                some = next(stream, workers.count(), most - done);
            }
        }
        Evaluation evaluation = scorer.evaluation();
        pictures = scorer.pictures();
        return evaluation;
    }

    /**
     * Looks at the batches that are n mod of, in this thread: one of several shares of an evaluation of all data, for {@link #sum}.
     *
     * @param net the model; not changed
     * @param n which share, from 0
     * @param of number of shares
     * @return what is kept of each batch, in order; null for those without anything to predict
     * @throws IOException if the data cannot be read
     */
    public List<Object> share(ComputationGraph net, int n, int of) throws IOException {
        List<Object> parts = new ArrayList<>();
        try (Workers workers = new Workers(net, encoder, 1);
                BatchStream stream = source.open(seed, 0)) {
            Scorer<?> scorer = scorers.get();
            long before = stream.skip(n);
            while (before >= n && stream.hasNext()) {
                Batch batch = stream.next();
                parts.add(
                        batch.weight() == 0
                                ? null
                                : workers.map(List.of(batch), (own, one) -> (Object) scorer.part(output(own, one), one))
                                        .get(0));
                before = n + stream.skip(of - 1L);
            }
        }
        return parts;
    }

    /**
     * Adds up all shares of an evaluation.
     *
     * @param shares in their order, of one evaluator's settings
     * @throws IllegalArgumentException if there is nothing to predict
     */
    public Evaluation sum(List<List<Object>> shares) {
        return sum(scorers.get(), shares);
    }

    @SuppressWarnings("unchecked") // parts are those of equal scorers
    private <P> Evaluation sum(Scorer<P> scorer, List<List<Object>> shares) {
        int longest = shares.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            for (List<Object> share : shares) {
                if (i < share.size() && share.get(i) != null) {
                    scorer.add((P) share.get(i));
                }
            }
        }
        Evaluation evaluation = scorer.evaluation();
        pictures = scorer.pictures();
        return evaluation;
    }

    /** Returns pictures of the last evaluation's figures, name of a PNG file → its bytes; empty if the task has none. */
    public Map<String, byte[]> pictures() {
        return pictures;
    }

    private static List<Batch> next(BatchStream stream, int threads, double most) {
        List<Batch> batches = new ArrayList<>();
        double left = most;
        while (left > 0 && batches.size() < threads * BATCHES_PER_THREAD && stream.hasNext()) {
            Batch batch = stream.next();
            if (batch.weight() > 0) {
                batches.add(batch);
                left -= batch.weight();
            }
        }
        return batches;
    }

    private INDArray output(ComputationGraph net, Batch batch) {
        BatchEncoder.Arrays arrays = encoder.encode(batch, net.params().dataType());
        return net.output(false, arrays.features(), arrays.featureMasks(), arrays.labelMasks())[0];
    }
}
