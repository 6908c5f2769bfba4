package io.github.performer4j.data.datavec;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * What foreign readers of records give, with their faults named: DataVec's readers throw unchecked exceptions for
 * damaged files.
 */
final class RecordSource {
    private RecordSource() {}

    /** Returns whether there is a record behind those read so far. */
    static boolean hasNext(RecordReader reader, String path, long read) throws IOException {
        return read(reader::hasNext, path, read + 1);
    }

    /** Reads something of a record; faults become a {@link DataFileException}, or the fault of the file below. */
    static <T> T read(Supplier<T> source, String path, long record) throws IOException {
        try {
            return source.get();
        } catch (RuntimeException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException below) {
                    throw below;
                }
            }
            throw new DataFileException(path, record, "a record must be readable; found " + Transforms.told(e));
        }
    }

    /** Returns names for columns that have none: their places. */
    static List<String> places(int width) {
        return IntStream.range(0, width).mapToObj(Integer::toString).toList();
    }

    /** Returns a value as text; the empty text for none at all. */
    static String text(Writable value, String column, String path, long record) throws DataFileException {
        if (value instanceof NDArrayWritable) {
            throw new DataFileException(
                    path, record, "a value must be text or a number; column=" + column + ", found=an array");
        }
        return value == null || value instanceof NullWritable ? "" : value.toString();
    }
}
