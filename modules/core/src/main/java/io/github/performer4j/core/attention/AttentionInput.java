package io.github.performer4j.core.attention;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Queries, keys and values of all heads, with everything that is known of them when a graph is built.
 *
 * @param sd graph that is being built
 * @param q queries, [BH,Tq,D]; padded rows of q, k and v must be finite
 * @param k keys, [BH,Tk,D]
 * @param v values, [BH,Tk,D]
 * @param queryMask 1 for a real query and 0 for padding, [BH,Tq,1], or null if all are real; only features that are fitted to queries read it
 * @param mask the same of keys, [BH,Tk,1]
 * @param batchHeads B·H
 * @param tokens Tq
 * @param keyTokens Tk; Tq in causal attention
 * @param headSize D
 * @param type float32 or float64
 * @param keySize columns of queries and keys: D, and those of {@link FourierPositions}
 * @param statistics moments that the layer keeps, [H,2(1+D+D²)], see {@link io.github.performer4j.core.feature.Statistics}; null for those of the sequence
 */
public record AttentionInput(
        SameDiff sd,
        SDVariable q,
        SDVariable k,
        SDVariable v,
        SDVariable queryMask,
        SDVariable mask,
        long batchHeads,
        long tokens,
        long keyTokens,
        int headSize,
        DataType type,
        int keySize,
        SDVariable statistics) {

    /** Queries, keys and values of one sequence, in a layer that keeps no statistics. */
    public AttentionInput(
            SameDiff sd,
            SDVariable q,
            SDVariable k,
            SDVariable v,
            SDVariable mask,
            long batchHeads,
            long tokens,
            int headSize,
            DataType type) {
        this(sd, q, k, v, mask, mask, batchHeads, tokens, tokens, headSize, type, headSize, null);
    }

    /** Queries, keys and values whose rows have D columns each. */
    public AttentionInput(
            SameDiff sd,
            SDVariable q,
            SDVariable k,
            SDVariable v,
            SDVariable queryMask,
            SDVariable mask,
            long batchHeads,
            long tokens,
            long keyTokens,
            int headSize,
            DataType type,
            SDVariable statistics) {
        this(sd, q, k, v, queryMask, mask, batchHeads, tokens, keyTokens, headSize, type, headSize, statistics);
    }

    /** Returns the same in a layer that keeps statistics. */
    public AttentionInput withStatistics(SDVariable value) {
        return new AttentionInput(
                sd, q, k, v, queryMask, mask, batchHeads, tokens, keyTokens, headSize, type, keySize, value);
    }

    /** Returns some of the queries, and some of the keys with their values. */
    AttentionInput part(long queriesFrom, long queriesTo, long keysFrom, long keysTo) {
        return new AttentionInput(
                sd,
                rows(q, tokens, keySize, queriesFrom, queriesTo),
                rows(k, keyTokens, keySize, keysFrom, keysTo),
                rows(v, keyTokens, headSize, keysFrom, keysTo),
                rows(queryMask, tokens, 1, queriesFrom, queriesTo),
                rows(mask, keyTokens, 1, keysFrom, keysTo),
                batchHeads,
                queriesTo - queriesFrom,
                keysTo - keysFrom,
                headSize,
                type,
                keySize,
                statistics);
    }

    private SDVariable rows(SDVariable x, long all, int columns, long from, long to) {
        boolean whole = x == null || from == 0 && to == all;
        return whole ? x : Tensors.rows(sd, x, new long[] {batchHeads, all, columns}, from, to);
    }

    /** Returns values with a column of ones, so that one product gives numerator and denominator; padded rows are 0. [BH,Tk,D+1] */
    SDVariable valuesAndOne() {
        SDVariable ones = Tensors.full(sd, type, 1, batchHeads, keyTokens, 1);
        SDVariable extended = sd.concat(2, v, ones);
        return mask == null ? extended : extended.mul(mask);
    }
}
