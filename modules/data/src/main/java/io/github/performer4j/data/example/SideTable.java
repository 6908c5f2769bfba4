package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * The sides of a split by the ids of the documents, as a table that is written once and read again:
 *
 * <pre>
 * #performer4j-splits   formatVersion=1        fields are separated by tabs, and quoted where they hold one (RFC 4180)
 * id                    side
 * cat/0001.png          train                  an image or text of a folder: its path below the folder, with slashes
 * digits-idx3-ubyte#7   valid                  a row of a file without ids: the file's name below the data, #, its number from 1
 * sp|P01308|INS_HUMAN   test                   else the id: of the id column, or a FASTA header's first word
 * </pre>
 */
public final class SideTable {
    /** What a side may be called. */
    public static final List<String> SIDES = List.of("train", "valid", "test");

    private static final String MARK = "#performer4j-splits";
    private static final String VERSION = "formatVersion=1";
    private static final List<String> HEADER = List.of("id", "side");

    private final String path;
    private final RowMap rows = new RowMap();

    /**
     * Reads a whole table.
     *
     * @param file the table, plain or gzip
     * @throws DataFileException naming the line, if the first two lines are others, a side is none of {@link #SIDES}, or an
     *     id comes twice
     * @throws IOException if it is missing or cannot be read
     */
    public SideTable(Path file) throws IOException {
        path = file.toString();
        try (TableRows table = new TableRows(file, true)) {
            requireFirst(table);
            for (String[] row = table.next(); row != null; row = table.next()) {
                add(row[0], row[1], table.line());
            }
        }
    }

    private void requireFirst(TableRows table) throws IOException {
        String[] first = table.next();
        if (first == null || !first[0].equals(MARK)) {
            throw new DataFileException(
                    path,
                    1,
                    "a table of sides must begin with " + MARK + " and, behind a tab, " + VERSION + "; found "
                            + (first == null ? "nothing" : String.join(" ", first)));
        }
        if (first.length != 2 || !first[1].equals(VERSION)) {
            throw new DataFileException(
                    path,
                    1,
                    "a table of sides must have the version that this build reads; expected=" + VERSION + ", found="
                            + String.join(" ", Arrays.asList(first).subList(1, first.length)));
        }
        String[] header = table.next();
        if (header == null || !List.of(header).equals(HEADER)) {
            throw new DataFileException(
                    path,
                    2,
                    "the columns of a table of sides must be id and side, in this order; found "
                            + (header == null ? "nothing" : String.join(" ", header)));
        }
    }

    private void add(String id, String side, long line) throws DataFileException {
        if (!SIDES.contains(side)) {
            throw new DataFileException(path, line, "a side must be train, valid or test; id=" + id + ", side=" + side);
        }
        List<String> before = rows.put(id, List.of(side, Long.toString(line)));
        if (before != null) {
            throw new DataFileException(
                    path, line, "an id must have one side; id=" + id + ", line before=" + before.get(1));
        }
    }

    /**
     * Returns the side of a document, which is asked for once.
     *
     * @throws IllegalArgumentException if the table does not have the id, or was asked for it before
     */
    public String side(String id) {
        if (rows.wasRead(id)) {
            throw new IllegalArgumentException("ids must differ where a table gives their sides (data.splitFile);"
                    + " id=" + id + ", splitFile=" + path);
        }
        List<String> row = rows.get(id);
        if (row == null) {
            throw new IllegalArgumentException(
                    "the table of sides must have every example (data.splitFile); id=" + id + ", splitFile=" + path);
        }
        return row.get(0);
    }

    /**
     * Checks that {@link #side} was asked for every id.
     *
     * @param data the path of the data, for the message
     * @throws DataFileException naming the first row that is of no document
     */
    public void requireAllRead(Path data) throws DataFileException {
        if (rows.unread() > 0) {
            String id = rows.firstUnread();
            throw new DataFileException(
                    path,
                    Long.parseLong(rows.get(id).get(1)),
                    "every id of a table of sides must be in the data; id=" + id + ", data=" + data);
        }
    }

    /**
     * Returns the id of an example in such tables.
     *
     * @param file the name of its file below the data
     * @param number of the example in the file, from 1
     * @param columns as it was read
     */
    public static String id(Example example, String file, long number, ExampleColumns columns) {
        boolean numbered = columns.id() == null && example.id().equals(Example.rowId(number));
        return numbered ? file + "#" + number : example.id();
    }

    /** Writes a table, row by row. */
    public static final class Rows implements Closeable {
        private final Writer out;

        /**
         * Begins a table.
         *
         * @param target a new file
         * @throws IOException if it exists or cannot be written
         */
        public Rows(Path target) throws IOException {
            out = Files.newBufferedWriter(target, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
            out.write(MARK + "\t" + VERSION + "\n" + String.join("\t", HEADER) + "\n");
        }

        /** Writes a document's side. */
        public void write(String id, String side) throws IOException {
            out.write(field(id) + "\t" + side + "\n");
        }

        /** Quotes only what must be, so that other tools find most ids as they are; Jackson's writer would quote long ones, or leave CR. */
        private static String field(String id) {
            boolean plain = id.chars().noneMatch(c -> c == '\t' || c == '"' || c == '\n' || c == '\r');
            return plain ? id : '"' + id.replace("\"", "\"\"") + '"';
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
