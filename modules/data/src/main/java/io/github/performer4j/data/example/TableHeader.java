package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The columns of a table, and the example that a row is. Names are compared letter by letter, blanks around them left
 * out.
 */
public final class TableHeader {
    private final List<String> names;
    private final int id;
    private final int[] texts;
    private final int[] labels;
    private final int group;
    private final int time;
    private final int split;

    /**
     * Finds the named columns.
     *
     * @param path the file, for errors
     * @param line where the header stands, for errors
     * @param row the names of all columns
     * @param columns those that are wanted
     * @throws DataFileException if one is missing, with those that are there, or a name stands twice
     */
    public TableHeader(String path, long line, List<String> row, ExampleColumns columns) throws DataFileException {
        names = row.stream().map(String::strip).toList();
        List<String> missing =
                columns.named().stream().filter(name -> !names.contains(name)).toList();
        if (!missing.isEmpty()) {
            throw new DataFileException(
                    path, line, "every named column must be in the header; missing=" + missing + ", found=" + names);
        }
        List<String> twice = columns.named().stream()
                .filter(name -> names.indexOf(name) != names.lastIndexOf(name))
                .toList();
        if (!twice.isEmpty()) {
            throw new DataFileException(
                    path, line, "a named column must be in the header once; twice=" + twice + ", found=" + names);
        }
        id = place(columns.id());
        texts = columns.texts().stream().mapToInt(this::place).toArray();
        labels = columns.labels().stream().mapToInt(this::place).toArray();
        group = place(columns.group());
        time = place(columns.time());
        split = place(columns.split());
    }

    private int place(String name) {
        return name == null ? -1 : names.indexOf(name);
    }

    /** Returns the names of all columns. */
    public List<String> names() {
        return names;
    }

    /**
     * Returns the example of a row.
     *
     * @param line where the row begins, from 1
     * @param number which example of its file it is, from 1
     * @param row [columns] the values
     */
    public Example example(long line, long number, String... row) {
        return new Example(
                line,
                id < 0 ? Example.rowId(number) : row[id],
                values(texts, row),
                null,
                values(labels, row),
                value(group, row),
                value(time, row),
                value(split, row));
    }

    private static String value(int place, String... row) {
        return place < 0 ? null : row[place];
    }

    private static List<String> values(int[] places, String... row) {
        if (places.length == 1) {
            return List.of(row[places[0]]);
        }
        List<String> values = new ArrayList<>(places.length);
        Arrays.stream(places).forEach(place -> values.add(row[place]));
        return values;
    }
}
