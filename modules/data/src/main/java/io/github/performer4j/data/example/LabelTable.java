package io.github.performer4j.data.example;

import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Labels of a FASTA file from a table, held in memory. If columns are named, the table has a header with these names;
 * the id is the column named so, or the first, and without names of labels all others are labels. If nothing is named,
 * every row is an id and its labels; a header there is a row like any other, whose id no record has.
 */
final class LabelTable implements RecordLabels {
    private final String path;
    private final RowMap rows = new RowMap();
    private final int labels;
    private final int[] extras; // places of group, time and split in a row; -1 for none
    private int idPlace;
    private final long blank;

    /** Reads the whole table. */
    LabelTable(Path file, ExampleColumns columns) throws IOException {
        path = file.toString();
        List<String> extraNames = Arrays.asList(columns.group(), columns.time(), columns.split()); // nulls among them
        List<String> names = Stream.concat(columns.labels().stream(), extraNames.stream())
                .filter(name -> name != null)
                .toList();
        try (TableRows table = new TableRows(file, columns.options().quoted())) {
            String[] row = table.next();
            if (row == null) {
                throw new DataFileException(path, 0, "a file of labels must hold a row; found none");
            }
            int[] places;
            if (names.isEmpty() && columns.id() == null) {
                places = behind(0, row.length);
            } else {
                places = places(names, columns.id(), List.of(row), table.line());
                row = table.next();
            }
            if (places.length == 0) {
                throw new DataFileException(path, table.line(), "a file of labels must have a column beside the id");
            }
            for (; row != null; row = table.next()) {
                add(row, places, table.line());
            }
            blank = table.blank();
        }
        labels = names.isEmpty() ? Integer.MAX_VALUE : columns.labels().size();
        extras = new int[extraNames.size()];
        int next = columns.labels().size();
        for (int i = 0; i < extras.length; i++) {
            extras[i] = extraNames.get(i) == null ? -1 : next++;
        }
    }

    private int[] places(List<String> names, String id, List<String> header, long line) throws DataFileException {
        List<String> wanted = new ArrayList<>(names);
        if (id != null) {
            wanted.add(id);
        }
        List<String> found = header.stream().map(String::strip).toList();
        List<String> wrong = wanted.stream()
                .filter(name -> !found.contains(name) || found.indexOf(name) != found.lastIndexOf(name))
                .toList();
        if (!wrong.isEmpty()) {
            throw new DataFileException(
                    path,
                    line,
                    "every named column must be in the header of the file of labels, once; wrong=" + wrong + ", found="
                            + found);
        }
        idPlace = id == null ? 0 : found.indexOf(id);
        return names.isEmpty()
                ? behind(idPlace, header.size())
                : names.stream().mapToInt(found::indexOf).toArray();
    }

    /** Returns all places but that of the id. */
    private static int[] behind(int id, int width) {
        return IntStream.range(0, width).filter(place -> place != id).toArray();
    }

    private void add(String[] row, int[] places, long line) throws DataFileException {
        List<String> values =
                Arrays.stream(places).mapToObj(place -> row[place]).toList();
        List<String> before = rows.put(row[idPlace], values);
        if (before != null && !before.equals(values)) {
            throw new DataFileException(
                    path,
                    line,
                    "an id must have one row of labels; id=" + row[idPlace] + ", before=" + before + ", found="
                            + values);
        }
    }

    @Override
    public Row of(FastaRecord record) {
        List<String> row = rows.get(record.id());
        return row == null
                ? null
                : new Row(row.subList(0, Math.min(labels, row.size())), extra(0, row), extra(1, row), extra(2, row));
    }

    private String extra(int i, List<String> row) {
        return extras[i] < 0 ? null : row.get(extras[i]);
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>(unread(path, rows));
        notes.addAll(RecordLabels.counted("empty lines passed over in " + path, blank));
        return notes;
    }

    /** Returns a note on labels that belong to no record, or none. */
    static List<String> unread(String path, RowMap rows) {
        return RecordLabels.counted(
                "ids in " + path + " without a record, the first is " + (rows.unread() == 0 ? "" : rows.firstUnread()),
                rows.unread());
    }
}
