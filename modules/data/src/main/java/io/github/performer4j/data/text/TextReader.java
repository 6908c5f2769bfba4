package io.github.performer4j.data.text;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.data.files.TextEncoding;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Reads one text file, plain or gzip, as a stream of symbols in constant memory: Unicode code points of UTF-8, or bytes.
 *
 * <p>Nothing is normalised: line ends, blanks and case are kept; only a byte-order mark at the start is left out of the code points. By
 * character, malformed UTF-8 and NUL are errors; by byte, every file is readable.
 */
public final class TextReader implements Closeable {
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final String path;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
    private final CharBuffer chars = CharBuffer.allocate(BUFFER).flip();
    private boolean ended;
    private boolean started;
    private boolean filled;
    private long line = 1;

    private TextReader(InputStream in, String path, CharsetDecoder decoder) {
        this.in = in;
        this.path = path;
        this.decoder = decoder;
    }

    /**
     * Opens a file by character.
     *
     * @param path a UTF-8 file, plain or gzip
     * @return a reader of code points
     * @throws IOException if the file is missing or cannot be read
     */
    public static TextReader characters(Path path) throws IOException {
        return characters(InputFiles.open(path), path.toString());
    }

    /**
     * Reads a stream by character.
     *
     * @param in UTF-8 text, unpacked; closed with the reader
     * @param name the name for errors
     * @return a reader of code points
     */
    public static TextReader characters(InputStream in, String name) {
        CharsetDecoder strict = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        return new TextReader(in, name, strict);
    }

    /**
     * Opens a file by byte.
     *
     * @param path any file, plain or gzip
     * @return a reader of bytes
     * @throws IOException if the file is missing or cannot be read
     */
    public static TextReader bytes(Path path) throws IOException {
        return bytes(InputFiles.open(path), path.toString());
    }

    /**
     * Reads a stream by byte.
     *
     * @param in any bytes, unpacked; closed with the reader
     * @param name the name for errors
     * @return a reader of bytes
     */
    public static TextReader bytes(InputStream in, String name) {
        return new TextReader(in, name, null);
    }

    /**
     * Reads the next symbol.
     *
     * @return a code point or a byte (0 to 255); -1 at the end
     * @throws DataFileException if the file is not UTF-8, or truncated
     * @throws IOException if reading fails
     */
    public int read() throws IOException {
        int symbol = decoder == null ? readByte() : readCodePoint();
        if (symbol == '\n') {
            line++;
        }
        return symbol;
    }

    private int readByte() throws IOException {
        if (!bytes.hasRemaining() && !fill()) {
            return -1;
        }
        return bytes.get() & 0xFF;
    }

    private int readCodePoint() throws IOException {
        if (!chars.hasRemaining() && !decode()) {
            return -1;
        }
        char c = chars.get();
        boolean first = !started;
        started = true;
        if (c == 0) {
            throw new DataFileException(path, line, "text must not hold NUL; so this is a binary file");
        }
        if (first && c == '\uFEFF') {
            return readCodePoint();
        }
        if (Character.isHighSurrogate(c) && (chars.hasRemaining() || decode())) {
            return Character.toCodePoint(c, chars.get());
        }
        return c;
    }

    /** Refills the characters; returns whether there are any. */
    private boolean decode() throws IOException {
        chars.clear();
        while (true) {
            CoderResult result = decoder.decode(bytes, chars, ended);
            if (chars.position() > 0) {
                chars.flip();
                return true;
            }
            if (result.isError()) {
                chars.flip();
                throw new DataFileException(
                        path,
                        line,
                        String.format(Locale.ROOT, "text must be UTF-8; found malformed byte 0x%02X", bytes.get())
                                + TextEncoding.OTHER_ENCODING);
            }
            if (ended) {
                chars.flip();
                return false;
            }
            fill();
        }
    }

    private boolean fill() throws IOException {
        bytes.compact();
        int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
        if (n > 0) {
            bytes.position(bytes.position() + n);
        }
        ended = n < 0;
        bytes.flip();
        if (!filled && decoder != null) {
            TextEncoding.requireUtf8(bytes.array(), bytes.limit(), path);
        }
        filled = true;
        return n > 0;
    }

    /** Returns the number of the line of the next symbol, from 1. */
    public long line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
