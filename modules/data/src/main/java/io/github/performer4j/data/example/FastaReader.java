package io.github.performer4j.data.example;

import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Examples of FASTA, a record each: the residues as {@link FastaParser} gives them, and labels from the headers
 * {@link HeaderLabels}), a table ({@link LabelTable}), a second FASTA file of tags ({@link TagFile}), or none. A record
 * whose labels are missing is an error that says how many there are.
 */
final class FastaReader implements ExampleReader {
    /** Endings of FASTA files. */
    static final List<String> ENDINGS = List.of(".fasta", ".fa", ".faa", ".fas");

    private final FastaParser parser;
    private final String path;
    private final ExampleColumns columns;
    private final RecordLabels labels;
    private final Map<String, Long> unknown = new TreeMap<>();
    private long number;
    private long unlabelled;

    FastaReader(Path file, ExampleColumns columns) throws IOException {
        path = file.toString();
        this.columns = columns;
        labels = labels(columns);
        parser = FastaParser.open(file, false);
    }

    private RecordLabels labels(ExampleColumns wanted) throws IOException {
        boolean table = wanted.labelFile() != null && !DataFolder.hasEnding(wanted.labelFile(), ENDINGS);
        if (!table) {
            wanted.requireNoColumns(path, wanted.labelPattern() == null && wanted.labelFile() == null ? 0 : 1);
        } else if (wanted.pair() != null) {
            throw new DataFileException(path, 0, "FASTA has no second text; pair=" + wanted.pair());
        }
        if (wanted.labelPattern() != null) {
            return new HeaderLabels(path, wanted);
        }
        if (table) {
            return new LabelTable(wanted.labelFile(), wanted);
        }
        return wanted.labelFile() == null ? RecordLabels.NOTHING : new TagFile(wanted.labelFile(), path);
    }

    @Override
    public Example next() throws IOException {
        FastaRecord record = parser.next();
        parser.takeUnknown().forEach((character, count) -> unknown.merge(character, count, Long::sum));
        if (record == null) {
            return null;
        }
        number++;
        RecordLabels.Row row = labels.of(record);
        if (row == null) {
            if (columns.options().labelsRequired()) {
                throw missing(record);
            }
            unlabelled++;
            row = RecordLabels.Row.NONE;
        }
        return new Example(
                record.line(),
                record.id().isEmpty() ? Example.rowId(number) : record.id(),
                List.of(record.sequence()),
                null,
                row.labels(),
                row.group(),
                row.time(),
                row.split());
    }

    /** Reads on to the end to count the records without labels. */
    private DataFileException missing(FastaRecord first) throws IOException {
        long count = 1;
        for (FastaRecord record = parser.next(); record != null; record = parser.next()) {
            count += labels.of(record) == null ? 1 : 0;
        }
        return new DataFileException(
                path,
                first.line(),
                String.format(
                        Locale.ROOT,
                        "every record must have labels in the labelFile; without=%d, first=%s, labelFile=%s",
                        count,
                        first.id(),
                        columns.labelFile()));
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>(labels.notes());
        notes.addAll(RecordLabels.counted("records without labels", unlabelled));
        if (!unknown.isEmpty()) {
            notes.add("characters that are no residue, each read as ?: " + unknown);
        }
        return notes;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
