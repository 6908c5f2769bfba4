package io.github.performer4j.data.rows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Collects rows by length and gives out a batch whenever a bucket is full, so that almost all batches are full and of few shapes.
 *
 * <p>At the end of the epoch the rows left over in a bucket move up to the next longer one that is in use, and only the last batch of all is
 * filled up with masked-out rows. Passing over batches costs no writing of rows.
 */
final class BucketStream implements BatchStream {
    private final RowSource rows;
    private final Buckets buckets;
    private final Batching batching;
    private final Batching.Draws draws;
    private final List<List<Row>> waiting = new ArrayList<>();
    private final List<Integer> leftovers = new ArrayList<>();
    private List<Row> ready;
    private int readyBucket;
    private boolean ended;

    BucketStream(RowSource rows, Buckets buckets, Batching batching, Batching.Draws draws) {
        this.rows = rows;
        this.buckets = buckets;
        this.batching = batching;
        this.draws = draws;
        for (int b = 0; b < buckets.count(); b++) {
            waiting.add(new ArrayList<>());
        }
    }

    @Override
    public boolean hasNext() {
        try {
            while (ready == null && !ended) {
                Row row = rows.next();
                if (row == null) {
                    ended = true;
                    for (int b = 0; b < buckets.count(); b++) {
                        if (!waiting.get(b).isEmpty()) {
                            leftovers.add(b);
                        }
                    }
                } else {
                    int bucket = buckets.of(row.symbols() - (batching.next() ? 1 : 0));
                    waiting.get(bucket).add(row);
                    if (waiting.get(bucket).size() == buckets.batch(bucket)) {
                        emit(bucket, waiting.get(bucket));
                        waiting.set(bucket, new ArrayList<>());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        while (ready == null && !leftovers.isEmpty()) {
            emitLeftovers();
        }
        return ready != null;
    }

    private void emit(int bucket, List<Row> batch) {
        ready = batch;
        readyBucket = bucket;
    }

    /** Gives out a full batch of the shortest bucket left, or moves its rows up; the longest one goes out as it is. */
    private void emitLeftovers() {
        int bucket = leftovers.get(0);
        List<Row> rest = waiting.get(bucket);
        int full = buckets.batch(bucket);
        if (rest.size() > full) {
            emit(bucket, List.copyOf(rest.subList(0, full)));
            rest.subList(0, full).clear();
            return;
        }
        leftovers.remove(0);
        if (rest.size() == full || leftovers.isEmpty()) {
            emit(bucket, rest);
        } else {
            waiting.get(leftovers.get(0)).addAll(0, rest);
        }
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the epoch has no more batches");
        }
        List<Row> batch = ready;
        ready = null;
        return batching.write(batch, buckets.batch(readyBucket), buckets.length(readyBucket), draws);
    }

    @Override
    public long skip(long batches) {
        long done = 0;
        while (done < batches && hasNext()) {
            ready = null;
            done++;
        }
        return done;
    }

    @Override
    public long dropped() {
        return rows.dropped();
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
