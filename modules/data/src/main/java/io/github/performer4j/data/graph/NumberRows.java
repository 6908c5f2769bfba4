package io.github.performer4j.data.graph;

import io.github.performer4j.data.example.TableRows;
import io.github.performer4j.data.files.DataFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Rows of a table whose fields are numbers, with file and line for faults. Blanks around fields are passed over. */
final class NumberRows implements Closeable {
    private final TableRows rows;
    private final String path;
    private String[] fields;

    NumberRows(Path file) throws IOException {
        rows = new TableRows(file, true);
        path = file.toString();
    }

    /** Reads the next row; returns whether there is one. */
    boolean next() throws IOException {
        fields = rows.next();
        return fields != null;
    }

    /** Returns the number of fields of the row. */
    int width() {
        return fields.length;
    }

    /** Returns a field as written. */
    String text(int field) {
        return fields[field].strip();
    }

    /**
     * Returns a field as a whole number in [least, greatest].
     *
     * @throws DataFileException if it is none
     */
    int whole(int field, long least, long greatest, String what) throws DataFileException {
        try {
            long value = Long.parseLong(text(field));
            if (value >= least && value <= greatest) {
                return Math.toIntExact(value);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw fault(whole(least, greatest, what) + text(field), e);
        }
        throw fault(whole(least, greatest, what) + text(field), null);
    }

    private static String whole(long least, long greatest, String what) {
        return what + " must be a whole number from " + least + " to " + greatest + "; found ";
    }

    /**
     * Returns a field as a finite number.
     *
     * @throws DataFileException if it is none
     */
    double number(int field, String what) throws DataFileException {
        double value;
        try {
            value = Double.parseDouble(text(field));
        } catch (NumberFormatException e) {
            throw fault(what + " must be a number; found " + text(field), e);
        }
        if (!Double.isFinite(value)) {
            throw fault(what + " must be finite; found " + text(field), null);
        }
        return value;
    }

    /** Returns an exception that names this row. */
    DataFileException fault(String rule, Throwable cause) {
        DataFileException fault = new DataFileException(path, rows.line(), rule);
        fault.initCause(cause);
        return fault;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
