package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * The element-wise part of a Transformer's layers on rows, on the calling thread.
 *
 * <p>Two implementations: {@link PlainLayerElements}, and one on the Vector API. All check their shapes. Vectors (gain, bias, sums) are [1,n].
 * "Added to" means that the result is added to what is there.
 */
public interface LayerElements {

    /** {@code out = x}. */
    void copy(Matrix x, Matrix out);

    /** {@code y += x}. */
    void add(Matrix x, Matrix y);

    /** {@code y += factor · x}; the product is rounded before it is added. */
    void addScaled(Matrix x, float factor, Matrix y);

    /** Sets every value. */
    void fill(Matrix x, float value);

    /** Each row of out becomes the row, [1,n]. */
    void fillRows(Matrix row, Matrix out);

    /** {@code out_r = x_r + row}; out may be x. */
    void addRow(Matrix x, Matrix row, Matrix out);

    /** {@code sums += Σ_r x_r}; sums [1,n]. */
    void addColumnSums(Matrix x, Matrix sums);

    /**
     * {@code out = (x − mean)/√(variance + ε) ⊙ gain + bias} over each row's columns.
     *
     * @param moments [rows,2]: receives mean and 1/√(variance + ε)
     */
    void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix moments);

    /**
     * Computes {@link #layerNorm} once more, bit for bit.
     *
     * @param moments [rows,2], which it left
     */
    void layerNormAgain(Matrix x, Matrix gain, Matrix bias, Matrix moments, Matrix out);

    /**
     * The gradient of {@link #layerNorm}.
     *
     * @param error derivative with respect to out
     * @param dx added to
     * @param dGain added to, [1,n]
     * @param dBias added to, [1,n]
     */
    void layerNormGradient(Matrix error, Matrix x, Matrix gain, Matrix moments, Matrix dx, Matrix dGain, Matrix dBias);

    /** {@code out = f(z)}; out may be z. */
    void activate(Activation f, Matrix z, Matrix out);

    /**
     * The gradient of {@link #activate}: {@code d = d ⊙ f'(z)}, and {@code out = f(z)} where out is not null, from the same exponentials.
     *
     * @param d derivative with respect to f(z), overwritten by that with respect to z
     * @param out may be z; null if f(z) is not wanted
     */
    void activateGradient(Activation f, Matrix z, Matrix d, Matrix out);

    /** {@code out = f(z) ⊙ gate}. */
    void gated(Activation f, Matrix z, Matrix gate, Matrix out);

    /**
     * The gradient of {@link #gated}.
     *
     * @param d derivative with respect to out, overwritten by that with respect to z
     * @param dGate receives the derivative with respect to gate; may be gate itself
     * @param out receives f(z) ⊙ gate again; may be z; null if it is not wanted
     */
    void gatedGradient(Activation f, Matrix z, Matrix gate, Matrix d, Matrix dGate, Matrix out);

    /**
     * Inverted dropout in place: value i of the whole array (row-major, without gaps) is set to 0 with probability p and else multiplied by
     * 1/(1 − p), by 32 bits of draw ⌊i/2⌋ of {@code CounterRandom.of(seed, path)}, the upper half for even i.
     *
     * @param x rows of the whole array
     * @param firstRow the number of x's first row in the whole array
     * @param p in [0, 1)
     * @param state {@code CounterRandom.mix(seed, path)}
     */
    void dropout(Matrix x, long firstRow, double p, long state);

    /**
     * Softmax cross-entropy on sparse labels, and its gradient in place.
     *
     * @param logits [rows,V], overwritten by {@code weight · (softmax − onehot)}; rows with a negative label become 0
     * @param labels id per row, negative = ignored, at least rows values
     * @param weight factor of the gradient
     * @return Σ −log softmax_label over rows with a label, unweighted
     * @throws IllegalArgumentException if a label is not below V
     */
    double crossEntropy(Matrix logits, int[] labels, int firstLabel, float weight);

    /** {@code x = softmax(x)} over each row. */
    void softmax(Matrix x);

    /** {@code out_r = table_{ids[first + r]}}. */
    void gather(Matrix table, int[] ids, int first, Matrix out);

    /** {@code table_{ids[first + r]} += x_r}, in the order of rows; callers must not add to one table from two threads. */
    void scatterAdd(Matrix x, int[] ids, int first, Matrix table);

    /** Returns Σ x². */
    double squaredNorm(FloatBlock x, long offset, long n);

    /**
     * One step of Adam with decoupled weight decay (arXiv 1711.05101): {@code m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g²,
     * p −= rate·(m̂/(√v̂ + ε) + decay·p)}, m̂ and v̂ corrected for the step number.
     *
     * @param g gradient, overwritten by what the parameters are reduced by
     * @param n values of all four blocks from their offsets on
     */
    void adamW(
            FloatBlock p,
            long pAt,
            FloatBlock g,
            long gAt,
            FloatBlock m,
            long mAt,
            FloatBlock v,
            long vAt,
            long n,
            AdamW options,
            long step,
            float rate);

    /**
     * One step of Adam for a caller that subtracts by itself: moments as in {@link #adamW}, and {@code g = rate · m̂/(√v̂ + ε)}; no decay.
     *
     * @param g gradient, overwritten by what the parameters are reduced by
     * @param n values of all three blocks from their offsets on
     */
    void adam(
            FloatBlock g,
            long gAt,
            FloatBlock m,
            long mAt,
            FloatBlock v,
            long vAt,
            long n,
            AdamW options,
            long step,
            float rate);
}
