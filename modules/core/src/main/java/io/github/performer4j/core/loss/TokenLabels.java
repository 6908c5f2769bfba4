package io.github.performer4j.core.loss;

import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.base.TokenMask;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Labels of token losses as they come in: sparse ids [B,T], [B,1,T] or [B,T,1] of the tokens that the layer sees, in any numeric type and any strides.
 *
 * <p>Each is a whole number below V; a negative one is ignored, and what padding or a label mask hides may hold anything. One-hot labels are refused.
 */
final class TokenLabels {
    /** What an ignored label is read as. */
    static final int IGNORED = -1;

    private TokenLabels() {}

    /**
     * Returns labels as a matrix.
     *
     * @param labels as they came in
     * @param batch B
     * @param tokens T
     * @param layer its name, for the message
     * @return [B,T]
     * @throws IllegalArgumentException if they have another shape
     */
    static INDArray matrix(INDArray labels, long batch, long tokens, String layer) {
        if (!TokenMask.fits(labels.shape(), batch, tokens)) {
            throw new IllegalArgumentException(
                    "labels must be token ids, [B,T] of the input (or [B,1,T] or [B,T,1]) and not one-hot; layer="
                            + layer
                            + ", expected=" + Arrays.toString(new long[] {batch, tokens}) + ", found="
                            + Arrays.toString(labels.shape()));
        }
        return labels.rank() == 2 ? labels : labels.dup('c').reshape('c', batch, tokens);
    }

    /**
     * Reads labels.
     *
     * @param labels [B,T]
     * @param vocabulary V
     * @param layer its name, for the message
     * @param masks of {@link TokenMask}; null ones hide nothing
     * @return [B·T], {@value #IGNORED} where nothing is predicted
     * @throws IllegalArgumentException if a label that is not hidden is no whole number below V
     */
    static int[] read(INDArray labels, long vocabulary, String layer, INDArray... masks) {
        double[] values = TokenIds.values(labels, vocabulary, layer);
        int[] out = new int[values.length];
        for (INDArray mask : masks) {
            hide(out, mask);
        }
        for (int i = 0; i < out.length; i++) {
            if (out[i] == IGNORED) {
                continue;
            }
            double value = values[i];
            if (Math.rint(value) != value || value >= vocabulary || Double.isInfinite(value)) {
                throw new IllegalArgumentException(
                        "labels must be whole numbers below the vocabulary, or negative to be ignored; layer=" + layer
                                + ", vocabulary=" + vocabulary + ", found=" + TokenIds.number(value) + " at "
                                + TokenIds.place(labels, i));
            }
            out[i] = value < 0 ? IGNORED : (int) value;
        }
        return out;
    }

    private static void hide(int[] labels, INDArray mask) {
        if (mask == null) {
            return;
        }
        double[] real = TokenIds.values(mask);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = real[i] == 0 ? IGNORED : labels[i];
        }
    }
}
