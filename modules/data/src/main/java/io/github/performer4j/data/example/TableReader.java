package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Examples of a table with a header line, a row each; see {@link TableRows} for the form. */
final class TableReader implements ExampleReader {
    private final TableRows rows;
    private final TableHeader header;
    private long number;

    /** Opens a table and finds its columns. */
    TableReader(Path file, ExampleColumns columns) throws IOException {
        columns.requireNoLabelSource(file.toString());
        rows = new TableRows(file, columns.options().quoted());
        try {
            String[] names = rows.next();
            if (names == null) {
                throw new DataFileException(file.toString(), 0, "a table must begin with a header; found no line");
            }
            header = new TableHeader(file.toString(), rows.line(), List.of(names), columns);
        } catch (IOException e) {
            rows.close();
            throw e;
        }
    }

    @Override
    public Example next() throws IOException {
        String[] row = rows.next();
        return row == null ? null : header.example(rows.line(), ++number, row);
    }

    @Override
    public List<String> notes() {
        return rows.blank() == 0
                ? List.of()
                : List.of(String.format(Locale.ROOT, "empty lines passed over: %,d", rows.blank()));
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
