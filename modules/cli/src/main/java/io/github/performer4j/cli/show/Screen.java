package io.github.performer4j.cli.show;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * A stream that people look at: what is printed passes {@link Printable}, whoever printed it, and only {@link
 * #clearLine} moves the cursor.
 *
 * <p>Line ends of the system's own kind pass; so do those of data on systems that end lines in CR LF.
 */
public final class Screen extends PrintWriter {
    /** Puts the cursor to the start of the line and clears it. */
    private static final String CLEAR = "\r\u001b[K";

    private final Writer raw;

    /** Writes to this stream, and flushes it after each line. */
    public Screen(Writer raw) {
        super(new Escaping(raw), true);
        this.raw = raw;
    }

    /** Clears the line that the cursor is in, on any stream. */
    public static void clearLine(PrintWriter out) {
        if (out instanceof Screen screen) {
            screen.clearLine();
        } else {
            out.print(CLEAR);
        }
    }

    private void clearLine() {
        flush();
        try {
            raw.write(CLEAR);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Escapes what is written. */
    private static final class Escaping extends FilterWriter {
        private static final boolean RETURNS = System.lineSeparator().indexOf('\r') >= 0;

        Escaping(Writer out) {
            super(out);
        }

        @Override
        public void write(int c) throws IOException {
            write(String.valueOf((char) c));
        }

        @Override
        public void write(char[] characters, int offset, int length) throws IOException {
            write(new String(characters, offset, length));
        }

        @Override
        public void write(String text, int offset, int length) throws IOException {
            String shown = Printable.text(text.substring(offset, offset + length));
            out.write(RETURNS ? shown.replace("\\r", "\r") : shown);
        }
    }
}
