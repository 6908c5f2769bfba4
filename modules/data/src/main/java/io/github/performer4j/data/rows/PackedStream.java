package io.github.performer4j.data.rows;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Batches of one shape whose rows hold several sequences ({@link DataConfig#packing}): {@value #WINDOW} shuffled sequences at a time are packed ({@link Packing}), and the rows come in seeded order. Only
 * the last batch of an epoch may have rows without sequences. Passing over batches costs no writing of rows.
 */
final class PackedStream implements BatchStream {
    /** Sequences that are packed together. */
    static final int WINDOW = 1024;

    private static final long DRAW_ORDER = 6;

    private final RowSource rows;
    private final Batching batching;
    private final Batching.Draws draws;
    private final CounterRandom order;
    private final int length;
    private final int size;
    private final Deque<List<Row>> waiting = new ArrayDeque<>();
    private boolean ended;

    PackedStream(RowSource rows, DataConfig config, Batching batching, Batching.Draws draws) {
        this.rows = rows;
        this.batching = batching;
        this.draws = draws;
        length = config.maxTokens();
        size = Math.max(1, config.tokensPerBatch() / length);
        order = CounterRandom.of(draws.seed(), DRAW_ORDER, draws.epoch());
    }

    /** Returns how many positions a row takes. */
    static int positions(Row row, Batching batching) {
        return row.symbols() - (batching.next() ? 1 : 0);
    }

    /** Returns the next rows of a source, at most {@value #WINDOW}. */
    static List<Row> window(RowSource source) throws IOException {
        List<Row> window = new ArrayList<>();
        for (Row row = null; window.size() < WINDOW && (row = source.next()) != null; ) {
            window.add(row);
        }
        return window;
    }

    @Override
    public boolean hasNext() {
        try {
            while (waiting.size() < size && !ended) {
                List<Row> window = window(rows);
                ended = window.size() < WINDOW;
                List<List<Row>> packed = Packing.pack(window, row -> positions(row, batching), length);
                while (!packed.isEmpty()) {
                    int chosen = order.nextInt(packed.size());
                    waiting.add(packed.get(chosen));
                    packed.set(chosen, packed.get(packed.size() - 1));
                    packed.remove(packed.size() - 1);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return !waiting.isEmpty();
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the epoch has no more batches");
        }
        List<Row> all = new ArrayList<>();
        List<List<Integer>> lengths = new ArrayList<>();
        for (List<Row> bin : take()) {
            all.addAll(bin);
            lengths.add(bin.stream().map(row -> positions(row, batching)).toList());
        }
        while (lengths.size() < size) {
            lengths.add(List.of());
        }
        Packing packing = new Packing(length, lengths);
        return batching.write(all, all.size(), packing.longest(), draws).packed(packing);
    }

    private List<List<Row>> take() {
        List<List<Row>> taken = new ArrayList<>();
        while (taken.size() < size && !waiting.isEmpty()) {
            taken.add(waiting.poll());
        }
        return taken;
    }

    @Override
    public long skip(long batches) {
        long done = 0;
        while (done < batches && hasNext()) {
            take();
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
