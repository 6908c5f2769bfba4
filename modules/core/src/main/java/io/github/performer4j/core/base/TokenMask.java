package io.github.performer4j.core.base;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Masks as they come in: [B,T], [B,1,T] or [B,T,1] of the tokens that the layer sees, in any type and any strides; 1 for a real token and 0 for padding.
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
        if (mask == null) {
            return null;
        }
        if (!fits(mask.shape(), batch, tokens)) {
            throw new IllegalArgumentException("masks must be [B,T] of the input; layer=" + layer + ", expected="
                    + Arrays.toString(new long[] {batch, tokens}) + ", found=" + Arrays.toString(mask.shape()));
        }
        INDArray matrix = mask;
        if (mask.rank() != 2 || mask.dataType() != type) {
            try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
                matrix = mask.dup('c').reshape('c', batch, tokens).castTo(type);
            }
        }
        double[] values = TokenIds.values(matrix);
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && values[i] != 1) {
                throw new IllegalArgumentException("masks must hold 1 for a token and 0 for padding; layer=" + layer
                        + ", found=" + TokenIds.number(values[i]) + " at " + TokenIds.place(matrix, i));
            }
        }
        return matrix;
    }

    /** Returns whether a shape is [B,T], [B,1,T] or [B,T,1]. */
    public static boolean fits(long[] shape, long batch, long tokens) {
        boolean matrix = shape.length == 2 && shape[1] == tokens;
        boolean single =
                shape.length == 3 && (shape[1] == 1 && shape[2] == tokens || shape[1] == tokens && shape[2] == 1);
        return (matrix || single) && shape[0] == batch;
    }
}
