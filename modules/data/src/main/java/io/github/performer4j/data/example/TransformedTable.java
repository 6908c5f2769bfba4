package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * A table with a TransformProcess in front. The process finds the columns of its initial schema by their names in the
 * table's header, each value as {@link Text}, which DataVec's own CSV reader gives too; the columns of the examples are
 * those of its final schema. Rows that it filters out are counted.
 */
public final class TransformedTable implements ExampleReader {
    private final TableRows rows;
    private final String path;
    private final TransformProcess process;
    private final int[] places;
    private final TableHeader header;
    private long number;
    private long filtered;

    /**
     * Opens a table.
     *
     * @param file CSV or TSV with a header, plain or gzip
     * @param columns columns of the final schema
     * @param process what is done with each row
     * @throws DataFileException if the file is missing or no table, or columns are missing before or behind the process
     * @throws IllegalArgumentException if the process makes sequences of rows
     * @throws IOException if reading fails
     */
    public TransformedTable(Path file, ExampleColumns columns, TransformProcess process) throws IOException {
        Transforms.requireSame(process, false);
        this.process = process;
        path = file.toString();
        rows = new TableRows(file, columns.options().quoted());
        try {
            String[] first = rows.next();
            if (first == null) {
                throw new DataFileException(path, 0, "a table must begin with a header; found no line");
            }
            places = places(Arrays.stream(first).map(String::strip).toList());
            header = new TableHeader(
                    path + " behind its transform", 0, process.getFinalSchema().getColumnNames(), columns);
        } catch (IOException e) {
            rows.close();
            throw e;
        }
    }

    /**
     * Returns the format {@code table} with a process in front.
     *
     * @param json a file that {@link TransformProcess#toJson} wrote
     * @return a format named {@code table-transformed}
     * @throws IOException if the file is missing or no process
     */
    public static ExampleFormat transformed(Path json) throws IOException {
        TransformProcess process = Transforms.read(json);
        return new ExampleFormat() {
            @Override
            public String name() {
                return "table-transformed";
            }

            @Override
            public List<String> endings() {
                return List.of(".csv", ".tsv");
            }

            @Override
            public ExampleReader open(Path file, ExampleColumns columns) throws IOException {
                return new TransformedTable(file, columns, process);
            }
        };
    }

    private int[] places(List<String> names) throws DataFileException {
        List<String> wanted = process.getInitialSchema().getColumnNames();
        List<String> missing =
                wanted.stream().filter(name -> !names.contains(name)).toList();
        if (!missing.isEmpty()) {
            throw new DataFileException(
                    path,
                    rows.line(),
                    "every column of the transform's initial schema must be in the header; missing=" + missing
                            + ", found=" + names);
        }
        return wanted.stream().mapToInt(names::indexOf).toArray();
    }

    @Override
    public Example next() throws IOException {
        for (String[] row = rows.next(); row != null; row = rows.next()) {
            List<Writable> record = new ArrayList<>(places.length);
            for (int place : places) {
                record.add(new Text(row[place]));
            }
            List<Writable> made = Transforms.execute(process, record, path, rows.line());
            if (made != null) {
                return header.example(
                        rows.line(),
                        ++number,
                        made.stream().map(Writable::toString).toArray(String[]::new));
            }
            filtered++;
        }
        return null;
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (rows.blank() > 0) {
            notes.add(String.format(Locale.ROOT, "empty lines passed over: %,d", rows.blank()));
        }
        if (filtered > 0) {
            notes.add(String.format(Locale.ROOT, "rows that the transform filtered out: %,d", filtered));
        }
        return notes;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
