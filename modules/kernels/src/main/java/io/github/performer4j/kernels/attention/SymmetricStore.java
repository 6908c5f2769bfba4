package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Scratch;

/**
 * What {@link SymmetricHead} keeps of a forward pass: the sums before each chunk, the keys' stabiliser, the number of
 * visible ones, and 1/denominator of each token. Without memory for a backward pass, one place for the sums before a
 * chunk, and nothing else.
 */
final class SymmetricStore {
    private final FloatBlock block;
    private final long at;
    private final boolean keeps;
    private final int columns;
    private final int valueSize;
    private final long length; // of sums
    private final int chunks;

    /**
     * Lays the store over memory.
     *
     * @param saved null if there will be no backward pass
     * @param at index of its first value
     * @param slot number of a scratch matrix
     */
    SymmetricStore(LinearAttentionSpec spec, int chunk, FloatBlock saved, long at, Scratch scratch, int slot) {
        columns = spec.columns();
        valueSize = spec.v().size();
        length = SideSums.length(columns, valueSize);
        chunks = chunks(spec.k().tokens(), chunk);
        keeps = saved != null;
        block = keeps ? saved : scratch.matrix(slot, 1, Math.toIntExact(length)).block();
        this.at = keeps ? at : 0;
    }

    private static int chunks(int tokens, int chunk) {
        return (tokens + chunk - 1) / chunk;
    }

    /** Returns the number of values that a head keeps. */
    static long length(LinearAttentionSpec spec, int chunk) {
        int tokens = spec.k().tokens();
        return chunks(tokens, chunk) * SideSums.length(spec.columns(), spec.v().size()) + 2 + tokens;
    }

    int chunks() {
        return chunks;
    }

    /** Returns the sums of what stands before a chunk, as they count at the last token there. */
    SideSums left(int chunk) {
        return new SideSums(block, at + (keeps ? chunk : 0) * length, columns, valueSize);
    }

    private long scalars() {
        return at + chunks * length;
    }

    /** Keeps the keys' stabiliser and the number of visible ones. */
    void stabilizer(float c, int count) {
        if (keeps) {
            block.set(scalars(), c);
            block.set(scalars() + 1, count);
        }
    }

    /** Returns the keys' stabiliser. */
    float stabilizer() {
        return block.get(scalars());
    }

    /** Returns the number of visible keys. */
    int count() {
        return (int) block.get(scalars() + 1);
    }

    /** Keeps 1/denominator, 0 where it is not used, of n tokens from {@code from} on. */
    void inverses(int from, int n, float[] inverses) {
        if (keeps) {
            block.write(scalars() + 2 + from, inverses, 0, n);
        }
    }

    /** Reads what {@link #inverses} kept. */
    void readInverses(int from, int n, float[] inverses) {
        block.read(scalars() + 2 + from, inverses, 0, n);
    }
}
