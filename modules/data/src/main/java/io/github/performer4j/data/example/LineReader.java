package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.text.TextReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads a UTF-8 file, plain or gzip, line by line. LF, CR LF and CR end a line; one at the end of the file begins no
 * further line. A line may hold {@link #MAX_LINE} characters.
 */
public final class LineReader implements Closeable {
    /** Longest line in characters: 2²⁴. */
    static final int MAX_LINE = 1 << 24;

    private final TextReader in;
    private final String path;
    private final StringBuilder text = new StringBuilder();
    private long line;
    private int ahead = -2; // -2: nothing read ahead

    /**
     * Opens a file.
     *
     * @throws IOException if it is missing, or no text
     */
    public LineReader(Path file) throws IOException {
        in = TextReader.characters(file);
        path = file.toString();
    }

    /** Returns the next line without its end; null at the end of the file. */
    public String next() throws IOException {
        int c = ahead == -2 ? in.read() : ahead;
        ahead = -2;
        if (c < 0) {
            ahead = -1;
            return null;
        }
        line++;
        text.setLength(0);
        while (c >= 0 && c != '\n' && c != '\r') {
            if (text.length() >= MAX_LINE) {
                throw new DataFileException(path, line, "a line may hold " + MAX_LINE + " characters; found more");
            }
            text.appendCodePoint(c);
            c = in.read();
        }
        if (c == '\r') {
            int behind = in.read();
            ahead = behind == '\n' ? -2 : behind;
        }
        return text.toString();
    }

    /** Returns the number of the line last read, from 1. */
    public long line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
