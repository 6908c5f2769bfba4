package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.Writable;

/**
 * DataVec's TransformProcess on single records, with errors that name a place. The JSON of a process names classes,
 * which DataVec makes: read it from trusted sources only.
 */
public final class Transforms {
    private Transforms() {}

    /**
     * Reads a process.
     *
     * @param json a file that {@link TransformProcess#toJson} wrote
     * @return the process
     * @throws DataFileException if it is missing or no such file
     * @throws IOException if reading fails
     */
    public static TransformProcess read(Path json) throws IOException {
        String text;
        try (InputStream in = InputFiles.open(json)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try {
            return TransformProcess.fromJson(text);
        } catch (RuntimeException e) { // of nd4j's own copy of Jackson, wrapped
            throw new DataFileException(
                    json.toString(), 0, "a transform must be the JSON of DataVec's TransformProcess; found " + told(e));
        }
    }

    /**
     * Runs a process on a record.
     *
     * @return what it makes of the record; null if it filters the record out
     * @throws DataFileException with path and line if the process does not take the record
     */
    public static List<Writable> execute(TransformProcess process, List<Writable> record, String path, long line)
            throws DataFileException {
        try {
            return process.execute(record);
        } catch (RuntimeException e) {
            throw new DataFileException(path, line, "the transform must take every record; found " + told(e));
        }
    }

    /**
     * Runs a process on a sequence.
     *
     * @return what it makes of the sequence; null if it filters the sequence out
     * @throws DataFileException with path and line if the process does not take the sequence
     */
    public static List<List<Writable>> executeSequence(
            TransformProcess process, List<List<Writable>> steps, String path, long line) throws DataFileException {
        try {
            return process.executeSequence(steps);
        } catch (RuntimeException e) {
            throw new DataFileException(path, line, "the transform must take every sequence; found " + told(e));
        }
    }

    /**
     * Checks that a process turns records into records, or sequences into sequences.
     *
     * @throws IllegalArgumentException if it does not
     */
    public static void requireSame(TransformProcess process, boolean sequences) {
        boolean given = process.getFinalSchema() instanceof SequenceSchema;
        if (given != sequences) {
            throw new IllegalArgumentException("a transform must give what it takes; taken="
                    + (sequences ? "sequences" : "records") + ", given=" + (given ? "sequences" : "records"));
        }
    }

    /** Returns what a foreign exception says, in one line. */
    public static String told(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message =
                String.valueOf(root.getMessage()).replaceAll("\\s+", " ").strip();
        return root.getClass().getSimpleName() + ": "
                + (message.length() <= 200 ? message : message.substring(0, 200) + "…");
    }
}
