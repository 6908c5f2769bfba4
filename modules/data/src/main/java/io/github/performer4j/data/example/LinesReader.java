package io.github.performer4j.data.example;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Examples of plain text, a line each, without labels. An empty line is an example too, so that the n-th result belongs
 * to the n-th line; a note counts them.
 */
final class LinesReader implements ExampleReader {
    private final LineReader lines;
    private long empty;

    LinesReader(Path file, ExampleColumns columns) throws IOException {
        columns.requireNoColumns(file.toString(), 0);
        columns.requireNoLabelSource(file.toString());
        lines = new LineReader(file);
    }

    @Override
    public Example next() throws IOException {
        String line = lines.next();
        if (line == null) {
            return null;
        }
        empty += line.isEmpty() ? 1 : 0;
        return Example.ofText(lines.line(), Example.rowId(lines.line()), line);
    }

    @Override
    public List<String> notes() {
        return empty == 0
                ? List.of()
                : List.of(String.format(Locale.ROOT, "empty lines, each an example of no text: %,d", empty));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
