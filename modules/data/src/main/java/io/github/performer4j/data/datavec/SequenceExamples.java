package io.github.performer4j.data.datavec;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.TableHeader;
import io.github.performer4j.data.example.Transforms;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.datavec.api.records.reader.SequenceRecordReader;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;

/**
 * Examples of any DataVec SequenceRecordReader, a sequence each. The text column holds whole numbers from 0, which
 * become the symbols [T]; id, group, time and split are those of the first step; labels those of the last, or of every
 * step, joined by the separator of the options.
 */
public final class SequenceExamples implements ExampleReader {
    /** Which steps have the labels. */
    public enum Labels {
        /** The last step: a label for the sequence. */
        LAST,
        /** Every step: tags. */
        EVERY
    }

    private final String path;
    private final SequenceRecordReader reader;
    private final List<String> names;
    private final TransformProcess process;
    private final ExampleColumns columns;
    private final Labels at;
    private TableHeader header;
    private long record;
    private long number;
    private long filtered;

    /**
     * Reads sequences.
     *
     * @param path what errors call the data
     * @param reader an initialised reader; closed with the examples
     * @param names of its columns, in order; empty: their places, or those of the process' final schema
     * @param process what is done with each sequence; null for nothing
     * @param columns what stands where
     * @param at which steps have the labels
     * @throws DataFileException if a column is missing
     * @throws IllegalArgumentException if the process does not give sequences, or names are given beside it, or a pair
     *     is asked for
     */
    public SequenceExamples(
            String path,
            SequenceRecordReader reader,
            List<String> names,
            TransformProcess process,
            ExampleColumns columns,
            Labels at)
            throws DataFileException {
        if (columns.pair() != null) {
            throw new IllegalArgumentException("sequences have no second text; pair=" + columns.pair());
        }
        if (process != null) {
            Transforms.requireSame(process, true);
            if (!names.isEmpty()) {
                throw new IllegalArgumentException("the names of columns are those of the transform; names=" + names);
            }
        }
        this.path = path;
        this.reader = reader;
        this.names =
                process == null ? List.copyOf(names) : process.getFinalSchema().getColumnNames();
        this.process = process;
        this.columns = columns;
        this.at = at;
        if (!this.names.isEmpty()) {
            header = new TableHeader(path, 0, this.names, columns);
        }
    }

    @Override
    public Example next() throws IOException {
        while (RecordSource.hasNext(reader, path, record)) {
            record++;
            List<List<Writable>> steps = RecordSource.read(reader::sequenceRecord, path, record);
            if (process != null) {
                steps = Transforms.executeSequence(process, steps, path, record);
            }
            if (steps != null) {
                number++;
                return example(steps);
            }
            filtered++;
        }
        return null;
    }

    private Example example(List<List<Writable>> steps) throws DataFileException {
        if (steps.isEmpty()) {
            throw new DataFileException(path, record, "a sequence must have a step; steps=0");
        }
        if (header == null) {
            header = new TableHeader(path, 0, RecordSource.places(steps.get(0).size()), columns);
        }
        int text = header.names().indexOf(columns.text());
        int[] symbols = new int[steps.size()];
        List<Example> read = new ArrayList<>();
        for (int t = 0; t < symbols.length; t++) {
            String[] row = row(steps.get(t));
            symbols[t] = symbol(row[text], t);
            if (t == 0 || t == symbols.length - 1 || at == Labels.EVERY) {
                read.add(header.example(record, number, row));
            }
        }
        Example first = read.get(0);
        List<String> labels = at == Labels.LAST ? read.get(read.size() - 1).labels() : joined(read);
        return new Example(record, first.id(), List.of(), symbols, labels, first.group(), first.time(), first.split());
    }

    private String[] row(List<Writable> step) throws DataFileException {
        List<String> used = header.names();
        if (step.size() != used.size()) {
            throw new DataFileException(
                    path,
                    record,
                    "every step must have as many values as there are columns; columns=" + used.size() + ", found="
                            + step.size());
        }
        String[] row = new String[step.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = RecordSource.text(step.get(i), used.get(i), path, record);
        }
        return row;
    }

    private int symbol(String text, int step) throws DataFileException {
        try {
            int symbol = Integer.parseInt(text);
            if (symbol >= 0) {
                return symbol;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new DataFileException(
                path,
                record,
                "symbols must be whole numbers from 0; column=" + columns.text() + ", step=" + step + ", found="
                        + text);
    }

    private List<String> joined(List<Example> steps) throws DataFileException {
        String separator = columns.options().labelSeparator();
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < columns.labels().size(); i++) {
            int column = i;
            List<String> tags =
                    steps.stream().map(step -> step.labels().get(column)).toList();
            for (String tag : tags) {
                if (tag.isEmpty() || tag.contains(separator)) {
                    throw new DataFileException(
                            path,
                            record,
                            "tags must not be empty nor hold the separator; column="
                                    + columns.labels().get(column) + ", tag=" + tag + ", labelSeparator=" + separator);
                }
            }
            labels.add(String.join(separator, tags));
        }
        return labels;
    }

    @Override
    public List<String> notes() {
        return filtered == 0
                ? List.of()
                : List.of(String.format(Locale.ROOT, "sequences that the transform filtered out: %,d", filtered));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
