package io.github.performer4j.spark;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import java.io.IOException;

/**
 * Every W-th batch of an epoch, from the w-th on: what worker w of W learns from. The workers' shards are disjoint and together the whole epoch; one worker has all of it. Batches of others are
 * passed over, not made.
 */
final class ShardedSource implements BatchSource {
    private final BatchSource all;
    private final int worker;
    private final int workers;

    /**
     * Makes a shard.
     *
     * @param worker w, from 0
     * @param workers W
     */
    ShardedSource(BatchSource all, int worker, int workers) {
        this.all = all;
        this.worker = worker;
        this.workers = workers;
    }

    @Override
    public BatchStream open(long seed, long epoch) throws IOException {
        BatchStream stream = all.open(seed, epoch);
        return new BatchStream() {
            private int before = worker; // batches of others in front of the next one of ours

            @Override
            public boolean hasNext() {
                passOver();
                return stream.hasNext();
            }

            private void passOver() {
                stream.skip(before);
                before = 0;
            }

            @Override
            public Batch next() {
                passOver();
                before = workers - 1;
                return stream.next();
            }

            @Override
            public long skip(long batches) {
                long done = 0;
                while (done < batches && hasNext()) {
                    done += stream.skip(1);
                    before = workers - 1;
                }
                return done;
            }

            @Override
            public long dropped() {
                return stream.dropped();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }
}
