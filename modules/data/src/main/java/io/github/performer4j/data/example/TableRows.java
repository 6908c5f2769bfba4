package io.github.performer4j.data.example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.github.performer4j.data.files.DataFileException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rows of a table (RFC 4180), plain or gzip, by Jackson's CSV parser: quoted fields with separators, doubled quotes
 * and line breaks; LF, CR LF or CR. Values are as written, blanks included; blanks behind a closing quote are passed
 * over. Every row must have as many fields as the first; lines with nothing at all in them are passed over and counted,
 * unless the table has one column.
 *
 * <p>The separator is a tab in files named {@code .tsv} or {@code .tab}, else a comma; where the first line holds none
 * outside quotes, a semicolon or a tab, if it holds one.
 */
public final class TableRows implements Closeable {
    /** Longest field in characters: 2²⁴. */
    public static final int MAX_FIELD = 1 << 24;

    private static final int LOOK_AHEAD = 1 << 16;
    private static final CsvFactory FACTORY = CsvFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(MAX_FIELD).build())
            .build();

    private final String path;
    private final boolean quoted;
    private final CsvParser parser;
    private final List<String> fields = new ArrayList<>();
    private int width = -1;
    private long line;
    private long blank;
    private boolean ended;

    /**
     * Opens a table.
     *
     * @param file the table, plain or gzip
     * @param quoted whether double quotes enclose fields; false: they are plain characters
     * @throws IOException if it is missing or cannot be read
     */
    public TableRows(Path file, boolean quoted) throws IOException {
        path = file.toString();
        this.quoted = quoted;
        BufferedReader in = new BufferedReader(new Utf8Reader(file), LOOK_AHEAD);
        try {
            CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator(file, in, quoted));
            parser = FACTORY.createParser(in);
            parser.enable(CsvParser.Feature.WRAP_AS_ARRAY);
            parser.setSchema(quoted ? schema : schema.withoutQuoteChar());
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static char separator(Path file, BufferedReader in, boolean quoted) throws IOException {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.matches(".*\\.(tsv|tab)(\\.gz)?")) {
            return '\t';
        }
        in.mark(LOOK_AHEAD);
        StringBuilder first = new StringBuilder();
        boolean open = false;
        int c = in.read();
        for (int n = 1; n < LOOK_AHEAD && c >= 0 && (open || (c != '\n' && c != '\r')); n++) {
            open ^= quoted && c == '"';
            first.append(open ? '"' : (char) c);
            c = in.read();
        }
        in.reset();
        for (char found : new char[] {',', ';', '\t'}) {
            if (first.indexOf(String.valueOf(found)) >= 0) {
                return found;
            }
        }
        return ',';
    }

    /**
     * Reads the next row.
     *
     * @return its fields; null at the end
     * @throws DataFileException if its fields are more or fewer than those of the first row, or its quotes are wrong
     * @throws IOException if reading fails
     */
    public String[] next() throws IOException {
        while (!ended) {
            fields.clear();
            try {
                ended = !read();
            } catch (StreamConstraintsException e) {
                throw new DataFileException(
                        path,
                        line,
                        "a field may hold " + MAX_FIELD + " characters; found more" + (quoted ? unquoted() : ""));
            } catch (JsonProcessingException e) {
                throw new DataFileException(
                        path,
                        line,
                        "a quoted field must end with a quote before its separator; found "
                                + e.getOriginalMessage().replaceAll("\\s+", " ") + " in the row that begins here"
                                + unquoted());
            }
            if (ended) {
                break;
            }
            if (fields.size() == 1 && fields.get(0).isEmpty() && width != 1) {
                blank++;
                continue;
            }
            width = width < 0 ? fields.size() : width;
            if (fields.size() != width) {
                throw new DataFileException(
                        path,
                        line,
                        "every row must have as many fields as the first; first=" + width + ", found=" + fields.size());
            }
            return fields.toArray(String[]::new);
        }
        return null;
    }

    private static String unquoted() {
        return "; where quotes are plain characters, read the table with quoted=false";
    }

    /** Reads the fields of a row; returns whether there is one. */
    private boolean read() throws IOException {
        JsonToken token = parser.nextToken();
        if (line == 0 && token == JsonToken.START_ARRAY) { // the array of all rows
            line = 1;
            token = parser.nextToken();
        }
        if (token != JsonToken.START_ARRAY) {
            return false;
        }
        line = parser.currentLocation().getLineNr();
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY && token != null) {
            fields.add(parser.getText());
        }
        return true;
    }

    /** Returns the number of the line where the row last read begins, from 1. */
    public long line() {
        return line;
    }

    /** Returns the number of empty lines passed over so far. */
    public long blank() {
        return blank;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
