package io.github.performer4j.kernels.memory;

/**
 * A view [B,H,T,D] of float32 values in a block: rows of D values without gaps, everything else at any distance.
 *
 * @param block the memory
 * @param offset index of the first value
 * @param batch B
 * @param heads H
 * @param tokens T
 * @param size D
 * @param batchStride values from one batch item to the next
 * @param headStride values from one head to the next
 * @param tokenStride values from one token to the next
 */
public record Heads(
        FloatBlock block,
        long offset,
        int batch,
        int heads,
        int tokens,
        int size,
        long batchStride,
        long headStride,
        int tokenStride) {

    /**
     * Checks the view.
     *
     * @throws IllegalArgumentException if it does not lie in its block
     */
    public Heads {
        if (block == null) {
            throw new IllegalArgumentException("heads need a block; block=null");
        }
        if (batch < 1 || heads < 1 || tokens < 1 || size < 1) {
            throw new IllegalArgumentException("batch, heads, tokens and size must be positive; batch=" + batch
                    + ", heads=" + heads + ", tokens=" + tokens + ", size=" + size);
        }
        if (tokenStride < size || batchStride < 0 || headStride < 0) {
            throw new IllegalArgumentException("strides must not be negative and tokens not overlap; size=" + size
                    + ", tokenStride=" + tokenStride + ", headStride=" + headStride + ", batchStride=" + batchStride);
        }
        long last = last(batch, heads, tokens, size, batchStride, headStride, tokenStride);
        if (offset < 0 || offset > block.length() - last) {
            throw new IllegalArgumentException(
                    "heads must lie in their block; offset=" + offset + ", last=" + last + ", block=" + block.length());
        }
    }

    /** Returns how many values from the first to behind the last. */
    private static long last(
            int batch, int heads, int tokens, int size, long batchStride, long headStride, int tokenStride) {
        try {
            long items = Math.addExact(
                    Math.multiplyExact(batch - 1, batchStride), Math.multiplyExact(heads - 1, headStride));
            return Math.addExact(items, (tokens - 1L) * tokenStride + size);
        } catch (ArithmeticException e) { // such strides reach further than any block
            return Long.MAX_VALUE;
        }
    }

    /** Returns an array [B,H,T,D] without gaps. */
    public static Heads of(FloatBlock block, int batch, int heads, int tokens, int size) {
        long perHead = (long) tokens * size;
        return new Heads(block, 0, batch, heads, tokens, size, heads * perHead, perHead, size);
    }

    /**
     * Returns rows [B·T, H·D] of a matrix as heads: head h owns columns h·D … (h+1)·D − 1.
     *
     * @throws IllegalArgumentException if batch does not divide the rows or heads the columns
     */
    public static Heads of(Matrix rows, int batch, int heads) {
        if (batch < 1 || heads < 1 || rows.rows() % batch != 0 || rows.columns() % heads != 0) {
            throw new IllegalArgumentException("batch must divide rows and heads columns; rows=" + rows.rows()
                    + ", batch=" + batch + ", columns=" + rows.columns() + ", heads=" + heads);
        }
        int tokens = rows.rows() / batch;
        int size = rows.columns() / heads;
        return new Heads(
                rows.block(),
                rows.offset(),
                batch,
                heads,
                tokens,
                size,
                (long) tokens * rows.stride(),
                size,
                rows.stride());
    }

    /** Returns some tokens of one batch item, where they lie, [1,H,to − from,D]. */
    public Heads stretch(int b, int from, int to) {
        return new Heads(
                block,
                offset + b * batchStride + (long) from * tokenStride,
                1,
                heads,
                to - from,
                size,
                batchStride,
                headStride,
                tokenStride);
    }

    /** Returns the rows of one batch item and head, [T,D]. */
    public Matrix rows(int b, int h) {
        return new Matrix(block, offset + b * batchStride + h * headStride, tokens, size, tokenStride);
    }
}
