package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * What clustered features take from their data: positive features of rows in coordinates that belong to the query's and the key's cluster.
 *
 * <p>For each batch item and head there are n_q clusters of queries and n_k of keys. Block b = i·n_k + j, of m = M/(n_q n_k) rows of the shared W,
 * has a positive diagonal a_b [D] and is for queries of cluster i and keys of cluster j: with x = s·row,
 * {@code φ_br(x) = [x in i] exp(w_(bm+r)·(a_b∘x) − |a_b∘x|²/2) + ε} for queries, and {@code [y in j] exp(w_(bm+r)·(y/a_b) − |y/a_b|²/2) + ε} for keys.
 * A row's stabiliser is the largest exponent of its own blocks. No gradient flows to frames.
 *
 * @param block diagonals, B·H sets [n_q·n_k,D], one after the other
 * @param queryClusters the cluster of each query, 0 … n_q − 1 as floats, [B·H,Tq]; of masked rows too
 * @param keyClusters the cluster of each key, 0 … n_k − 1, [B·H,Tk]
 * @param draws M, a multiple of n_q·n_k
 * @param size D
 * @param queries n_q
 * @param keys n_k
 */
public record ClusterFrames(
        FloatBlock block, FloatBlock queryClusters, FloatBlock keyClusters, int draws, int size, int queries, int keys)
        implements Frames {

    /**
     * Checks the layout.
     *
     * @throws IllegalArgumentException if there is no room for a set, or blocks do not divide M
     */
    public ClusterFrames {
        if (block == null || queryClusters == null || keyClusters == null) {
            throw new IllegalArgumentException("clusters need diagonals and the clusters of rows; block=" + block
                    + ", queryClusters=" + queryClusters + ", keyClusters=" + keyClusters);
        }
        if (size < 1
                || queries < 1
                || keys < 1
                || draws < 1
                || draws % (queries * keys) != 0
                || block.length() < length(size, queries, keys)) {
            throw new IllegalArgumentException(
                    "clusters need room for a set, and their blocks must divide M; M=" + draws + ", size=" + size
                            + ", queries=" + queries + ", keys=" + keys + ", block=" + block.length());
        }
    }

    /** Returns the number of values of a set. */
    public static long length(int size, int queries, int keys) {
        return (long) queries * keys * size;
    }

    /** Returns the number of blocks, n_q·n_k. */
    public int blocks() {
        return queries * keys;
    }

    @Override
    public long setLength() {
        return length(size, queries, keys);
    }

    @Override
    public boolean fits(FeatureKernel features) {
        return features instanceof FeatureKernel.Positive positive && positive.projected() && positive.normed();
    }

    @Override
    public boolean projects() {
        return false;
    }

    /** Checks the projection and the rows' clusters. */
    @Override
    public void check(Matrix w, Heads q, Heads k) {
        w.require("w", draws, size);
        long heads = (long) q.batch() * q.heads();
        if (queryClusters.length() < heads * q.tokens() || keyClusters.length() < heads * k.tokens()) {
            throw new IllegalArgumentException("rows need clusters, [B·H,Tq] and [B·H,Tk]; B·H=" + heads + ", Tq="
                    + q.tokens() + ", Tk=" + k.tokens() + ", queryClusters="
                    + queryClusters.length() + ", keyClusters="
                    + keyClusters.length());
        }
    }

    @Override
    public FeatureChunk chunk(ChunkPlace place) {
        return new ClusterChunk(place, this);
    }

    /**
     * Returns the diagonals a of a set, [n_q·n_k,D].
     *
     * @param index b·H + h
     */
    public Matrix diagonals(int index) {
        return new Matrix(block, setLength() * index, blocks(), size, size);
    }
}
