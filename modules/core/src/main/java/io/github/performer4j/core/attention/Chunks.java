package io.github.performer4j.core.attention;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * How T tokens are cut into chunks; the last one is filled up with masked tokens.
 *
 * @param count n, number of chunks
 * @param size C, tokens per chunk
 * @param tokens T, without the filling
 */
record Chunks(long count, long size, long tokens) {
    private static final int SMALLEST = 64;

    /**
     * Cuts T tokens.
     *
     * @param tokens T
     * @param chunk C, or 0: then the power of two at or above √T, at least 64, so that the n² products between chunks stay below
     *     those inside them
     */
    static Chunks of(long tokens, int chunk) {
        long size = chunk;
        if (chunk == 0) {
            size = SMALLEST;
            while (size * size < tokens) {
                size *= 2;
            }
        }
        size = Math.min(size, tokens);
        return new Chunks((tokens + size - 1) / size, size, tokens);
    }

    /** Returns the input with its tokens filled up to n·C by masked zeros. */
    AttentionInput pad(AttentionInput in) {
        long filled = count * size;
        long more = filled - tokens;
        if (more == 0) {
            return in;
        }
        SameDiff sd = in.sd();
        long n = in.batchHeads();
        SDVariable zeros = Tensors.zeros(sd, in.type(), n, more, in.headSize());
        SDVariable wide = Tensors.zeros(sd, in.type(), n, more, in.keySize());
        SDVariable real = in.mask() == null ? Tensors.full(sd, in.type(), 1, n, tokens, 1) : in.mask();
        SDVariable mask = sd.concat(1, real, Tensors.zeros(sd, in.type(), n, more, 1));
        return new AttentionInput(
                sd,
                sd.concat(1, in.q(), wide),
                sd.concat(1, in.k(), wide),
                sd.concat(1, in.v(), zeros),
                mask,
                mask,
                n,
                filled,
                filled,
                in.headSize(),
                in.type(),
                in.keySize(),
                in.statistics());
    }

    /** Returns x[:, 0:T, :]. */
    SDVariable cut(SameDiff sd, SDVariable x, long[] shape) {
        return count * size == tokens ? x : Tensors.rows(sd, x, shape, 0, tokens);
    }
}
