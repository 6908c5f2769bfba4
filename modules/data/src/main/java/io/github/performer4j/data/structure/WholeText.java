package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.LineReader;
import java.io.IOException;
import java.nio.file.Path;

/** A file of text as one string, UTF-8, plain or gzip, its lines ended by LF. */
final class WholeText {
    private WholeText() {}

    static String of(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        try (LineReader lines = new LineReader(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                text.append(line).append('\n');
            }
        }
        return text.toString();
    }
}
