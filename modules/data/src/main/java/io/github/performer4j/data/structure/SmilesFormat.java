package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.LineReader;
import io.github.performer4j.data.example.TableHeader;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Molecules, a line each, as the kind {@code smiles} ({@code .smi}, {@code .smiles}; tables by {@code --kind smiles}): a {@link Molecule} and further fields, between commas in files named {@code
 * .csv}, else tabs where the line has one, else blanks. Lines that begin with {@code #} are comments.
 *
 * <p>Where the first line has a field named as the text column ({@code text}), it is a header that names columns; else columns are called {@code 1}, {@code 2} and so on, and the molecule is in the
 * first, unless the text column is another number.
 */
public final class SmilesFormat implements ExampleFormat {
    @Override
    public String name() {
        return "smiles";
    }

    @Override
    public List<String> endings() {
        return List.of(".smi", ".smiles");
    }

    @Override
    public boolean graphs() {
        return true;
    }

    @Override
    public ExampleReader open(Path file, ExampleColumns columns) throws IOException {
        columns.requireNoLabelSource(file.toString());
        if (columns.pair() != null) {
            throw new DataFileException(file.toString(), 0, "molecules have no pair; columns.pair=" + columns.pair());
        }
        return new Reader(file, columns);
    }

    private static final class Reader implements ExampleReader {
        private final LineReader lines;
        private final String path;
        private final boolean commas;
        private final ExampleColumns columns;
        private TableHeader table;
        private long number;
        private long comments;
        private long empty;

        Reader(Path file, ExampleColumns columns) throws IOException {
            lines = new LineReader(file);
            path = file.toString();
            commas = file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.csv(\\.gz)?");
            this.columns = columns;
        }

        @Override
        public Example next() throws IOException {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (line.startsWith("#")) {
                    comments++;
                } else if (line.isBlank()) {
                    empty++;
                } else {
                    String[] fields = fields(line);
                    if (table != null) {
                        return example(fields);
                    }
                    boolean header = List.of(fields).contains(columns.text());
                    table = header
                            ? new TableHeader(path, lines.line(), List.of(fields), columns)
                            : numbered(fields.length);
                    if (!header) {
                        return example(fields);
                    }
                }
            }
            return null;
        }

        private String[] fields(String line) {
            boolean tabs = !commas && line.indexOf('\t') >= 0;
            String[] fields = (commas || tabs ? line : line.strip()).split(commas ? "," : tabs ? "\t" : " +", -1);
            for (int i = 0; i < fields.length; i++) {
                fields[i] = fields[i].strip();
            }
            return fields;
        }

        /** Columns of a file without a header are 1, 2, …; the molecule is in the first, unless another is named: a model trained on tables reads files without a header, too. */
        private TableHeader numbered(int count) throws DataFileException {
            List<String> names =
                    IntStream.rangeClosed(1, count).mapToObj(String::valueOf).toList();
            return new TableHeader(
                    path, lines.line(), names, columns.text().matches("[0-9]+") ? columns : columns.withText("1"));
        }

        private Example example(String... fields) throws DataFileException {
            if (fields.length != table.names().size()) {
                throw fault("a line must have as many fields as the first; expected="
                        + table.names().size() + ", found=" + fields.length);
            }
            Example row = table.example(lines.line(), ++number, fields);
            boolean unlabelled =
                    !columns.options().labelsRequired() && row.labels().contains("");
            try {
                return new Example(
                        row.line(),
                        row.id(),
                        List.of(),
                        null,
                        Molecule.ofSmiles(row.texts().get(0)),
                        unlabelled ? List.of() : row.labels(),
                        row.group(),
                        row.time(),
                        row.split());
            } catch (IllegalArgumentException e) {
                throw fault(e.getMessage());
            }
        }

        private DataFileException fault(String rule) {
            return new DataFileException(path, lines.line(), rule);
        }

        @Override
        public List<String> notes() {
            List<String> notes = new ArrayList<>();
            if (comments > 0) {
                notes.add("comments passed over: " + comments);
            }
            if (empty > 0) {
                notes.add("empty lines passed over: " + empty);
            }
            return notes;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
