package io.github.performer4j.checkpoint.weights;

import io.github.performer4j.data.files.DataFileException;
import java.util.List;

/** What every reader checks of a tensor: its name and its size. */
final class TensorNames {
    /** Longest name. */
    private static final int MAX_LENGTH = 512;

    /** Most dimensions. */
    static final int MAX_DIMENSIONS = 8;

    private TensorNames() {}

    /**
     * Checks a name, which goes into tables and messages.
     *
     * @throws DataFileException if it is empty, longer than {@value #MAX_LENGTH} characters, or has characters that cannot be printed
     */
    static void check(String path, String name) throws DataFileException {
        boolean printable = name.codePoints()
                .noneMatch(c -> Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
        if (name.isEmpty() || name.length() > MAX_LENGTH || !printable) {
            throw new DataFileException(
                    path,
                    0,
                    "a tensor's name must have 1 to " + MAX_LENGTH + " characters, all of which can be printed; length="
                            + name.length() + ", printable=" + printable);
        }
    }

    /**
     * Returns the bytes of a tensor.
     *
     * @throws DataFileException if there are too many dimensions, or more than 2⁶³ − 1 bytes
     */
    static long bytes(String path, String name, List<Long> shape, ElementType type) throws DataFileException {
        if (shape.size() > MAX_DIMENSIONS) {
            throw new DataFileException(
                    path,
                    0,
                    "a tensor must have at most " + MAX_DIMENSIONS + " dimensions; tensor=" + name + ", dimensions="
                            + shape.size());
        }
        try {
            long bytes = type.bytes();
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw new DataFileException(
                    path, 0, "a tensor's size must be below 2^63 bytes; tensor=" + name + ", shape=" + shape);
        }
    }
}
