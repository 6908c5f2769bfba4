package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;

/**
 * What a chunk of features is of, and its scratch memory: matrices and arrays from {@code slot} on, {@link FeatureChunk#SLOTS} of each.
 *
 * @param index number of batch item and head
 * @param queries whether its rows are queries; else keys
 * @param slot first number of its scratch memory
 * @param size most rows of a chunk
 */
record ChunkPlace(
        LinearAttentionSpec spec,
        int index,
        boolean queries,
        AttentionElements elements,
        Scratch scratch,
        int slot,
        int size) {

    /** Returns scratch for a matrix of any rows. */
    Matrix matrix(int number, int rows, int columns) {
        return scratch.matrix(slot + number, rows, columns);
    }

    /** Returns scratch for a matrix with a row for each of the chunk's. */
    Matrix matrix(int number, int columns) {
        return matrix(number, size, columns);
    }

    /** Returns scratch for a number for each row. */
    float[] array(int number) {
        return scratch.array(slot + number, size);
    }
}
