package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.LineReader;
import io.github.performer4j.data.files.DataFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Lines of words and numbers, with file and line for faults. Empty lines and, where a sign begins them, comments are passed over. */
final class Lines implements Closeable {
    private final LineReader lines;
    private final String path;
    private final String comment;
    private String[] words;

    /**
     * Opens a file.
     *
     * @param comment what a line of comment begins with; null for none
     */
    Lines(Path file, String comment) throws IOException {
        lines = new LineReader(file);
        path = file.toString();
        this.comment = comment;
    }

    /** Reads the next line that has words; returns null at the end. */
    String[] next() throws IOException {
        for (String line = lines.next(); line != null; line = lines.next()) {
            String text = line.strip();
            if (!text.isEmpty() && (comment == null || !text.startsWith(comment))) {
                words = text.split("\\s+");
                return words;
            }
        }
        words = null;
        return null;
    }

    /**
     * Reads the next line, which must be there.
     *
     * @param what it is, for the fault
     */
    String[] need(String what) throws IOException {
        if (next() == null) {
            throw fault("there must be " + what + "; found the end of the file");
        }
        return words;
    }

    /** Returns a line as it is, empty or not; null at the end. */
    String raw() throws IOException {
        return lines.next();
    }

    /**
     * Returns a word as a finite number.
     *
     * @throws DataFileException if it is none, or not there
     */
    double number(int word, String what) throws DataFileException {
        double value = Double.NaN;
        if (word < words.length) {
            try {
                value = Double.parseDouble(words[word]);
            } catch (NumberFormatException e) {
                throw fault(what + " must be a number; found " + words[word]);
            }
        }
        if (!Double.isFinite(value)) {
            throw fault(what + " must be a finite number; found " + (word < words.length ? words[word] : "none"));
        }
        return value;
    }

    /**
     * Returns a text as a whole number in [least, greatest].
     *
     * @throws DataFileException if it is none
     */
    int whole(String text, long least, long greatest, String what) throws DataFileException {
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= greatest) {
                return Math.toIntExact(value);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw fault(what + " must be a whole number from " + least + " to " + greatest + "; found " + text);
        }
        throw fault(what + " must be a whole number from " + least + " to " + greatest + "; found " + text);
    }

    /** Returns a word as a whole number in [least, greatest]. */
    int whole(int word, long least, long greatest, String what) throws DataFileException {
        return whole(word < words.length ? words[word] : "none", least, greatest, what);
    }

    /** Returns an exception that names the line. */
    DataFileException fault(String rule) {
        return new DataFileException(path, lines.line(), rule);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
