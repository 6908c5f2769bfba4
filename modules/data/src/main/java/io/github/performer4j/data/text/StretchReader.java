package io.github.performer4j.data.text;

import io.github.performer4j.data.files.DataFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a UTF-8 file in stretches that no word is divided by ({@link TextStretches}), in bounded memory. Together they are the whole. */
public final class StretchReader implements Closeable {
    /** Characters of a stretch, about. */
    public static final int STRETCH = 1 << 16;

    /** Most characters without a blank. */
    public static final int LONGEST = 1 << 20;

    private final TextReader reader;
    private final Path path;
    private final long to;
    private final int stretch;
    private final int longest;
    private final StringBuilder pending = new StringBuilder();
    private final long firstLine;
    private long place;
    private boolean ended;

    /**
     * Opens a part of a file.
     *
     * @param path a UTF-8 file, plain or gzip
     * @param from the first code point to read
     * @param to the end, exclusive
     * @throws IOException if the file is missing or cannot be read
     */
    public StretchReader(Path path, long from, long to) throws IOException {
        this(path, from, to, STRETCH, LONGEST);
    }

    StretchReader(Path path, long from, long to, int stretch, int longest) throws IOException {
        this.path = path;
        this.to = to;
        this.stretch = stretch;
        this.longest = longest;
        reader = TextReader.characters(path);
        try {
            while (place < from && !ended) {
                ended = reader.read() < 0;
                place++;
            }
        } catch (IOException e) {
            reader.close();
            throw e;
        }
        // One symbol ahead, so that the end is known as soon as it is reached.
        fill(1);
        firstLine = pending.length() > 0 && pending.charAt(0) == '\n' ? reader.line() - 1 : reader.line();
    }

    /** Returns the number of the line of the first character, from 1. */
    public long line() {
        return firstLine;
    }

    /**
     * Reads the next stretch.
     *
     * @return the text, or null at the end
     * @throws DataFileException if the file is not UTF-8, or has no blank in {@link #LONGEST} characters
     * @throws IOException if reading fails
     */
    public String next() throws IOException {
        if (ended()) {
            return null;
        }
        int length = stretch;
        fill(length + 1);
        int cut = ended ? pending.length() : TextStretches.lastCut(pending);
        while (cut == 0) {
            if (length >= longest) {
                throw new DataFileException(
                        path.toString(),
                        reader.line(),
                        "a text must have a line end or a blank in every " + longest
                                + " characters, to be cut into words in bounded memory; found none");
            }
            length = Math.min(longest, 2 * length);
            fill(length + 1);
            cut = ended ? pending.length() : TextStretches.lastCut(pending);
        }
        String text = pending.substring(0, cut);
        pending.delete(0, cut);
        return text;
    }

    /** Returns whether nothing is left. */
    public boolean ended() {
        return ended && pending.isEmpty();
    }

    private void fill(int length) throws IOException {
        while (!ended && pending.length() < length) {
            int c = place < to ? reader.read() : -1;
            if (c < 0) {
                ended = true;
            } else {
                pending.appendCodePoint(c);
                place++;
            }
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
