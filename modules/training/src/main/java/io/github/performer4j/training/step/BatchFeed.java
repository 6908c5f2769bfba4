package io.github.performer4j.training.step;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The micro-batches of step after step, through epoch after epoch. A step may end in the next epoch; batches without a label are
 * passed over. What comes next is a pure function of the position, so a run resumed at a position continues as if never stopped.
 */
final class BatchFeed implements AutoCloseable {
    /** Batches passed over between two looks at whether to stop. */
    private static final long SKIP = 256;
    /** An epoch may crop all that is known out of few and long sequences; so many in a row mean that there is nothing. */
    private static final int MOST_EMPTY = 100;

    private final BatchSource source;
    private final long seed;
    private final int perStep;
    private BatchStream stream;
    private long epoch;
    private long consumed;

    /**
     * Opens the feed at a position.
     *
     * @param source the training data
     * @param seed the run's seed
     * @param perStep micro-batches a step
     * @param epoch the epoch to continue
     * @param batches batches of that epoch already read
     * @param stop ends the passing over of those batches; nothing may be read from the feed then
     * @throws IOException if the data cannot be read
     * @throws IllegalArgumentException if the epoch has fewer batches
     */
    BatchFeed(BatchSource source, long seed, int perStep, long epoch, long batches, BooleanSupplier stop)
            throws IOException {
        this.source = source;
        this.seed = seed;
        this.perStep = perStep;
        this.epoch = epoch;
        this.stream = source.open(seed, epoch);
        boolean more = true;
        while (more && consumed < batches && !stop.getAsBoolean()) {
            long passed = stream.skip(Math.min(SKIP, batches - consumed));
            consumed += passed;
            more = passed > 0;
        }
        if (!more) {
            stream.close();
            throw new IllegalArgumentException("the training data must be that of the checkpoint; epoch=" + epoch
                    + ", batches read=" + batches + ", batches found=" + consumed);
        }
    }

    /**
     * One step's micro-batches and the position after them.
     *
     * @param batches at least one label each
     * @param first the epoch of the first one
     * @param epoch the epoch of the last one
     * @param consumed batches read of that epoch
     */
    record Step(List<Batch> batches, long first, long epoch, long consumed) {
        long tokens() {
            return batches.stream().mapToLong(Batch::tokens).sum();
        }

        /** Returns the number of tokens of the longest row, padding left out. */
        int longest() {
            return batches.stream().mapToInt(Batch::longest).max().orElse(0);
        }
    }

    /**
     * Reads the next step.
     *
     * @throws IllegalArgumentException if many epochs one after the other have nothing to predict
     * @throws IOException if the data cannot be read
     */
    Step next() throws IOException {
        List<Batch> batches = new ArrayList<>();
        long first = -1;
        long found = consumed;
        int empty = 0;
        while (batches.size() < perStep) {
            if (!stream.hasNext()) {
                empty = found > 0 ? 0 : empty + 1;
                Rule.that(
                        empty < MOST_EMPTY, "the data must have something to predict", "epoch", epoch, "empty", empty);
                found = 0;
                stream.close();
                epoch++;
                stream = source.open(seed, epoch);
                consumed = 0;
                continue;
            }
            Batch batch = stream.next();
            consumed++;
            if (batch.weight() > 0) {
                first = batches.isEmpty() ? epoch : first;
                batches.add(batch);
                found++;
            }
        }
        return new Step(batches, first, epoch, consumed);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
