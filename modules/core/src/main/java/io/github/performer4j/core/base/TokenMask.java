package io.github.performer4j.core.base;

import io.github.performer4j.core.program.Segments;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Masks as they come in: [B,T], [B,1,T] or [B,T,1] of the tokens that the layer sees, in any type and any strides; 1 for a real token and 0 for padding. Masks of inputs may be
 * {@linkplain #packed packed}.
 *
 * <p>Other values are refused: Deeplearning4j reads masks of labels as weights too, which token losses do not have.
 */
public final class TokenMask {
    private TokenMask() {}

    /**
     * Returns a mask as layers read it.
     *
     * @param mask as it came in, or null
     * @param batch B
     * @param tokens T
     * @param type of the net
     * @param layer its name, for the message
     * @return [B,T] in the net's type: the array itself if it is so; null for null
     * @throws IllegalArgumentException if it has another shape or holds other values
     */
    public static INDArray of(INDArray mask, long batch, long tokens, DataType type, String layer) {
        INDArray matrix = matrix(mask, batch, tokens, type, layer);
        double[] values = matrix == null ? new double[0] : TokenIds.values(matrix);
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && values[i] != 1) {
                throw new IllegalArgumentException("masks must hold 1 for a token and 0 for padding; layer=" + layer
                        + ", found=" + TokenIds.number(values[i]) + " at " + TokenIds.place(matrix, i));
            }
        }
        return matrix;
    }

    /**
     * A mask of an input whose rows may be packed.
     *
     * @param real 1 for a token and 0 for padding, [B,T] in the net's type; null where there is no mask
     * @param segments where the sequences of packed rows lie; null if there is one in each row
     */
    public record Packed(INDArray real, Segments segments) {}

    /**
     * Returns a mask that may number the sequences of a row 1, 2, 3, …, see {@link Segments}.
     *
     * @param mask as it came in, or null
     * @param batch B
     * @param tokens T
     * @param type of the net
     * @param layer its name, for the message
     * @throws IllegalArgumentException if it has another shape or holds other values
     */
    public static Packed packed(INDArray mask, long batch, long tokens, DataType type, String layer) {
        INDArray matrix = matrix(mask, batch, tokens, type, layer);
        if (matrix == null) {
            return new Packed(null, null);
        }
        double[] values = TokenIds.values(matrix);
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0) || values[i] != Math.rint(values[i]) || values[i] > tokens) {
                throw new IllegalArgumentException(
                        "masks must hold 1 for a token and 0 for padding, or in packed rows the number of the token's sequence; layer="
                                + layer + ", found=" + TokenIds.number(values[i]) + " at "
                                + TokenIds.place(matrix, i));
            }
        }
        Segments segments = Segments.of(values, Math.toIntExact(batch), Math.toIntExact(tokens), layer);
        return new Packed(segments == null ? matrix : real(matrix), segments);
    }

    /** Returns 1 where a mask of any shape does not hold 0; the mask itself where no row is packed. */
    public static INDArray real(INDArray mask) {
        if (mask == null || mask.maxNumber().doubleValue() <= 1) {
            return mask;
        }
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            return mask.gt(0).castTo(mask.dataType());
        }
    }

    private static INDArray matrix(INDArray mask, long batch, long tokens, DataType type, String layer) {
        if (mask == null) {
            return null;
        }
        if (!fits(mask.shape(), batch, tokens)) {
            throw new IllegalArgumentException("masks must be [B,T] of the input; layer=" + layer + ", expected="
                    + Arrays.toString(new long[] {batch, tokens}) + ", found=" + Arrays.toString(mask.shape()));
        }
        if (mask.rank() != 2 || mask.dataType() != type) {
            try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
                return mask.dup('c').reshape('c', batch, tokens).castTo(type);
            }
        }
        return mask;
    }

    /** Returns whether a shape is [B,T], [B,1,T] or [B,T,1]. */
    public static boolean fits(long[] shape, long batch, long tokens) {
        boolean matrix = shape.length == 2 && shape[1] == tokens;
        boolean single =
                shape.length == 3 && (shape[1] == 1 && shape[2] == tokens || shape[1] == tokens && shape[2] == 1);
        return (matrix || single) && shape[0] == batch;
    }
}
