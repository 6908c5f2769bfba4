package io.github.performer4j.kernels;

import io.github.performer4j.kernels.attention.Carried;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.attention.MomentsKernel;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.exact.PrefixAttentionSpec;
import io.github.performer4j.kernels.layer.LayerElements;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.RowWeights;
import java.util.List;

/**
 * What the fused layers compute with: products, attention, and the element-wise operations between them, float32.
 *
 * <p>Results do not depend on the number of threads, bit for bit: how work is cut depends on shapes only, and what several tasks add up
 * is added in the order of the tasks. Safe for callers on several threads. Arguments are checked; a wrong one is an
 * {@link IllegalArgumentException}, never a crash of the JVM.
 */
public interface Kernels {

    /** Returns the number of worker threads. */
    int threads();

    /** Returns the element-wise operations, each on the calling thread. */
    LayerElements elements();

    /** Works on a block of rows. */
    @FunctionalInterface
    interface RowTask {
        /**
         * Works on rows from (inclusive) to (exclusive), on a worker thread.
         *
         * @param block number of the block
         */
        void run(int block, int from, int to);
    }

    /**
     * Returns into how many blocks {@link #rows} cuts a number of rows; a function of it only, which may fall where rows grow. Memory with a
     * place for each block that serves calls of several lengths has {@link #mostBlocks} of the longest.
     */
    int blocks(int rows);

    /** Returns the most blocks that any number of rows up to this one is cut into. */
    int mostBlocks(int rows);

    /** Cuts rows into blocks, none of them empty, and runs the task on each, in parallel; waits for all. */
    void rows(int rows, RowTask task);

    /** Runs tasks 0 … n − 1 in parallel; waits for all. */
    void tasks(int n, java.util.function.IntConsumer task);

    /** {@code c = alpha · a b + beta · c}, on the calling thread. */
    void multiply(Matrix a, Matrix b, float alpha, float beta, Matrix c);

    /** {@code c = alpha · a bᵀ + beta · c}, on the calling thread. */
    void multiplyTransposed(Matrix a, Matrix b, float alpha, float beta, Matrix c);

    /** {@code c = alpha · aᵀ b + beta · c}, on the calling thread. */
    void transposedMultiply(Matrix a, Matrix b, float alpha, float beta, Matrix c);

    /**
     * The right operand of products over many rows, op(w) = w or wᵀ.
     *
     * @param packed a copy of w as products take it fastest, made by {@link #pack}; null where they read w
     * @param rows a copy of w for products of single rows, made by {@link #rows}; null where they read w
     */
    record Factor(Matrix w, boolean transposed, FloatBlock packed, RowWeights rows) {
        public Factor(Matrix w, boolean transposed, FloatBlock packed) {
            this(w, transposed, packed, null);
        }
    }

    /** Returns w's values for many products of single rows with it, see {@link Factor}; null where products take matrices as they lie. */
    default RowWeights rows(Matrix w) {
        return null;
    }

    /** Returns how many values of memory the copy of a w of this shape takes; 0 where products take matrices as they lie. */
    long packedLength(int rows, int columns);

    /** Makes the packed copies of factors, in parallel. */
    void pack(List<Factor> factors);

    /**
     * {@code c = a op(w) + beta · c}, on the calling thread.
     *
     * @param beta 0 or 1
     */
    void multiply(Matrix a, Factor b, float beta, Matrix c);

    /** Returns the kernels whose products are in float32, which these are where nothing else was asked for. */
    Kernels exact();

    /**
     * A product of a batch of gradients, {@code c = aᵀ b}, or {@code c = c + aᵀ b}.
     *
     * @param a [N,in]
     * @param b [N,out]
     * @param c [in,out]
     * @param adds whether the product is added to c, which it else overwrites
     */
    record WeightGradient(Matrix a, Matrix b, Matrix c, boolean adds) {
        /** A product that overwrites c. */
        public WeightGradient(Matrix a, Matrix b, Matrix c) {
            this(a, b, c, false);
        }

        /** Returns the part of the product that makes rows i … iEnd − 1 and columns j … jEnd − 1 of c. */
        public WeightGradient tile(int i, int iEnd, int j, int jEnd) {
            return new WeightGradient(
                    a.columns(i, iEnd), b.columns(j, jEnd), c.rows(i, iEnd).columns(j, jEnd), adds);
        }
    }

    /** Computes products aᵀb, cut into tiles that run in parallel. */
    void weightGradients(List<WeightGradient> products);

    /**
     * A matrix to transpose, {@code out = xᵀ}.
     *
     * @param x [m,n]
     * @param out [n,m], overwritten
     */
    record Transpose(Matrix x, Matrix out) {}

    /**
     * Transposes matrices, in parallel.
     *
     * @throws IllegalArgumentException if shapes do not fit
     */
    void transpose(List<Transpose> matrices);

    /** Returns how many values per batch item and head {@link #moments} writes for rows of size D: 1 + D + D². */
    static int momentsLength(int size) {
        return MomentsKernel.length(size);
    }

    /**
     * Moments of the rows of each batch item and head.
     *
     * @param x [B,H,T,D]
     * @param mask 1 for rows that count and 0 for padding, whatever it holds, [B,T]; null if all count
     * @param out [B·H, 1 + D + D²], written: count, Σ_t x_t, Σ_t x_t x_tᵀ
     */
    void moments(Heads x, FloatBlock mask, Matrix out);

    /** Returns how many values {@link #attend(LinearAttentionSpec, Heads, FloatBlock)} saves for backward. */
    long saved(LinearAttentionSpec spec);

    /**
     * Linear attention.
     *
     * @param out [B,H,Tq,Dv], written
     * @param saved receives what backward needs; null if there will be none
     * @return how many rows had a denominator that underflowed (they are the mean of the visible values)
     */
    default long attend(LinearAttentionSpec spec, Heads out, FloatBlock saved) {
        return attend(spec, Carried.NOTHING, out, saved);
    }

    /**
     * Linear attention of a part of a sequence; parts one after the other are the whole.
     *
     * @param carried what stands before the part, and where to write what stands behind it; only causal attention carries
     * @param out [B,H,Tq,Dv], written
     * @param saved receives what backward needs; null if there will be none
     * @return how many rows had a denominator that underflowed (they are the mean of the visible values)
     * @throws IllegalArgumentException if shapes do not fit
     */
    long attend(LinearAttentionSpec spec, Carried carried, Heads out, FloatBlock saved);

    /**
     * Gradients of linear attention; features are computed again.
     *
     * @param spec as in the forward pass
     * @param out what the forward pass returned
     * @param saved what it saved
     * @param error derivative with respect to out
     * @param dq written
     * @param dk written
     * @param dv written
     */
    default void attendBackward(
            LinearAttentionSpec spec, Heads out, FloatBlock saved, Heads error, Heads dq, Heads dk, Heads dv) {
        attendBackward(spec, out, saved, error, dq, dk, dv, null);
    }

    /**
     * Gradients of linear attention without decay, with that to a projection that learns: {@code dW = Σ_{b,h} Σ_r s · dP_rᵀ x_r} over the rows of queries
     * and keys, P = s W x. Masked keys count nothing, whatever they hold; stabilisers are constants.
     *
     * @param spec as in the forward pass
     * @param out what the forward pass returned
     * @param saved what it saved
     * @param error derivative with respect to out
     * @param dq written
     * @param dk written
     * @param dv written
     * @param dw gradient to W, [draws,D], written; null if it is not wanted. Takes the calling thread B·H·draws·D values of memory, which it keeps
     * @throws IllegalArgumentException if dw is given and has another shape, or features have no w or have frames
     */
    default void attendBackward(
            LinearAttentionSpec spec,
            Heads out,
            FloatBlock saved,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw) {
        attendBackward(spec, Carried.NOTHING, out, saved, error, dq, dk, dv, dw, null);
    }

    /**
     * Gradients of linear attention of a part of a sequence; parts from the last to the first are the whole.
     *
     * @param carried as in the forward pass, with the gradient that comes from behind the part, and where to write that to what stood before it
     * @param dw gradient to W, see above; null if it is not wanted
     * @param da gradient to decay, of its shape, written; null if it is not wanted
     * @throws IllegalArgumentException if shapes do not fit
     */
    void attendBackward(
            LinearAttentionSpec spec,
            Carried carried,
            Heads out,
            FloatBlock saved,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw,
            Heads da);

    /** Returns how many values {@link #attend(ExactAttentionSpec, Heads, FloatBlock)} saves for backward. */
    long saved(ExactAttentionSpec spec);

    /** Exact attention in blocks, no array [Tq,Tk]; see the linear form. A row that sees no key returns 0. */
    void attend(ExactAttentionSpec spec, Heads out, FloatBlock saved);

    /** Gradients of exact attention; see the linear form. */
    void attendBackward(
            ExactAttentionSpec spec, Heads out, FloatBlock saved, Heads error, Heads dq, Heads dk, Heads dv);

    /** Returns how many values {@link #attend(PrefixAttentionSpec, Heads, FloatBlock)} saves for backward. */
    long saved(PrefixAttentionSpec spec);

    /** Attention with an exact prefix; see the linear form. */
    long attend(PrefixAttentionSpec spec, Heads out, FloatBlock saved);

    /** Gradients of attention with an exact prefix; see the linear form with a gradient to W. */
    void attendBackward(
            PrefixAttentionSpec spec,
            Heads out,
            FloatBlock saved,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw);
}
