package io.github.performer4j.data.rows;

import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;

/** Rows in seeded order, through a buffer of a bounded number of rows and of tokens. */
final class ShuffledRows implements RowSource {
    /** Tokens that may be held back. */
    static final long MAX_TOKENS = 1L << 25;

    private final RowSource rows;
    private final ShuffleBuffer<Row> buffer;

    /**
     * Shuffles rows.
     *
     * @param rows rows in file order
     * @param window most rows held back
     * @param compact whether rows are views of parts that nothing else keeps in memory
     * @param draws decides the order
     */
    ShuffledRows(RowSource rows, int window, boolean compact, CounterRandom draws) {
        this.rows = rows;
        buffer = new ShuffleBuffer<>(() -> read(compact), window, MAX_TOKENS, Row::load, draws);
    }

    private Row read(boolean compact) throws IOException {
        Row row = rows.next();
        return row == null || !compact ? row : row.compact();
    }

    @Override
    public Row next() throws IOException {
        return buffer.next();
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
