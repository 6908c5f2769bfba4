package io.github.performer4j.checkpoint.weights;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes of a file. */
@FunctionalInterface
interface TensorBytes {
    /**
     * Returns bytes of the file without copying them.
     *
     * @param offset of the first one in the file
     * @param length at most {@link MappedFile#PIECE}, unless the source says more
     * @return little-endian, from position 0
     * @throws IOException if they cannot be read
     */
    ByteBuffer bytes(long offset, int length) throws IOException;
}
