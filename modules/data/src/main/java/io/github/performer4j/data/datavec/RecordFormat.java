package io.github.performer4j.data.datavec;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.files.InputFiles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.SequenceRecordReader;
import org.datavec.api.split.FileSplit;
import org.datavec.api.transform.TransformProcess;

/**
 * Files of any DataVec reader as a format of examples. Every opening, so every epoch, has a new reader, whether or not
 * it could be reset.
 *
 * @param name of the format, in lower case
 * @param endings of its files, in lower case
 * @param readers makes a reader that is not yet initialised
 * @param columnNames of the records, in order; empty: their places, or those of the process' final schema
 * @param process what is done with each record or sequence; null for nothing
 * @param labels which steps have the labels, if the readers give sequences and these are wanted; null: single records
 */
public record RecordFormat(
        String name,
        List<String> endings,
        Supplier<? extends RecordReader> readers,
        List<String> columnNames,
        TransformProcess process,
        SequenceExamples.Labels labels)
        implements ExampleFormat {

    /** Checks that names have one source. */
    public RecordFormat {
        endings = List.copyOf(endings);
        columnNames = List.copyOf(columnNames);
        if (process != null && !columnNames.isEmpty()) {
            throw new IllegalArgumentException(
                    "the names of columns are those of the transform; columnNames=" + columnNames);
        }
    }

    /** Returns a format of single records as they are. */
    public static RecordFormat of(
            String name, List<String> endings, Supplier<? extends RecordReader> readers, List<String> columnNames) {
        return new RecordFormat(name, endings, readers, columnNames, null, null);
    }

    @Override
    public ExampleReader open(Path file, ExampleColumns columns) throws IOException {
        InputFiles.requireFile(file);
        columns.options().requireNoTransform("the transform of a format of records is its own");
        RecordReader reader = readers.get();
        try {
            RecordSource.read(() -> initialised(reader, file), file.toString(), 0);
            return examples(reader, file, columns);
        } catch (IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private ExampleReader examples(RecordReader reader, Path file, ExampleColumns columns) throws IOException {
        String path = file.toString();
        if (labels == null) {
            return process == null
                    ? RecordExamples.of(path, reader, columnNames, columns)
                    : RecordExamples.of(path, reader, process, columns);
        }
        if (!(reader instanceof SequenceRecordReader sequences)) {
            throw new IllegalArgumentException("sequences need a SequenceRecordReader; found="
                    + reader.getClass().getName());
        }
        return new SequenceExamples(path, sequences, columnNames, process, columns, labels);
    }

    private static RecordReader initialised(RecordReader reader, Path file) {
        try {
            reader.initialize(new FileSplit(file.toFile()));
            return reader;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.UncheckedIOException(
                    new InterruptedIOException("interrupted while " + file + " was opened"));
        }
    }
}
