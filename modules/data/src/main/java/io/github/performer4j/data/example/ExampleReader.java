package io.github.performer4j.data.example;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Reads a file once, example by example, in memory bounded by the longest example (and by a file of labels, where there
 * is one).
 */
public interface ExampleReader extends Closeable {
    /**
     * Reads the next example.
     *
     * @return the example; null at the end, and at every later call
     * @throws io.github.performer4j.data.files.DataFileException if the file is not what it should be
     * @throws IOException if reading fails
     */
    Example next() throws IOException;

    /**
     * Returns what a user should know of the file, a line each: what was passed over, unknown characters, labels of no
     * example.
     *
     * @return the notes; complete once {@link #next} has returned null
     */
    default List<String> notes() {
        return List.of();
    }

    /**
     * Returns the shape that the symbols of every example have; it is known once the first example is read, at the
     * latest.
     *
     * @return the shape of images; null for text, and for symbols of no shape
     */
    default ImageShape shape() {
        return null;
    }
}
