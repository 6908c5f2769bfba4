package io.github.performer4j.data.example;

import io.github.performer4j.data.text.TextReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;

/**
 * {@link TextReader} as a {@link Reader} for libraries: UTF-8, plain or gzip, without the byte-order mark. Malformed
 * bytes, NUL and other encodings are errors that name file and line.
 */
final class Utf8Reader extends Reader {
    private final TextReader in;
    private char low;

    Utf8Reader(Path file) throws IOException {
        in = TextReader.characters(file);
    }

    @Override
    public int read(char[] to, int from, int length) throws IOException {
        int n = 0;
        if (low != 0 && length > 0) {
            to[from + n++] = low;
            low = 0;
        }
        while (n < length) {
            int c = in.read();
            if (c < 0) {
                return n == 0 ? -1 : n;
            }
            if (Character.isBmpCodePoint(c)) {
                to[from + n++] = (char) c;
            } else {
                to[from + n++] = Character.highSurrogate(c);
                if (n < length) {
                    to[from + n++] = Character.lowSurrogate(c);
                } else {
                    low = Character.lowSurrogate(c);
                }
            }
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
