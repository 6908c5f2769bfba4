package io.github.performer4j.cli.options;

import io.github.performer4j.data.files.TextEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is one text, to its last byte. */
public final class WholeText {
    private WholeText() {}

    /**
     * Reads a file.
     *
     * @return its text without a byte order mark
     * @throws IllegalArgumentException if it is not in UTF-8
     * @throws IOException if it cannot be read
     */
    public static String read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        TextEncoding.requireUtf8(bytes, bytes.length, file.toString());
        int mark = TextEncoding.mark(bytes, bytes.length);
        return new String(bytes, mark, bytes.length - mark, StandardCharsets.UTF_8);
    }
}
