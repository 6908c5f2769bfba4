package io.github.performer4j.data.example;

import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Tags of the residues of a FASTA file, from a second FASTA file, held in memory: under the same id a string of tags, a
 * character for each residue (secondary structure, say). Here every character counts, gaps, blanks and digits too; only
 * line ends do not. Lines before the first header must be empty.
 */
final class TagFile implements RecordLabels {
    private final String path;
    private final String residuePath;
    private final RowMap tags = new RowMap();

    /** Reads the whole file of tags. */
    TagFile(Path file, String residuePath) throws IOException {
        path = file.toString();
        this.residuePath = residuePath;
        String id = null;
        long header = 0;
        StringBuilder text = new StringBuilder();
        try (LineReader lines = new LineReader(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (line.startsWith(">")) {
                    add(id, text, header);
                    id = new FastaRecord(line.substring(1).strip(), new byte[0], 0).id();
                    header = lines.line();
                    text.setLength(0);
                } else if (id != null) {
                    text.append(line);
                } else if (!line.isEmpty()) {
                    throw new DataFileException(
                            path, lines.line(), "a file of tags must begin with a header (>); found " + line);
                }
            }
        }
        add(id, text, header);
        if (tags.size() == 0) {
            throw new DataFileException(path, 0, "a file of tags must hold at least one record; found none");
        }
    }

    private void add(String id, StringBuilder text, long line) throws DataFileException {
        if (id == null) {
            return;
        }
        List<String> before = tags.put(id, List.of(text.toString()));
        if (before != null && !before.get(0).contentEquals(text)) {
            throw new DataFileException(path, line, "an id must have one string of tags; id=" + id);
        }
    }

    @Override
    public Row of(FastaRecord record) throws DataFileException {
        List<String> row = tags.get(record.id());
        if (row == null) {
            return null;
        }
        int count = row.get(0).codePointCount(0, row.get(0).length());
        if (count != record.residues().length) {
            throw new DataFileException(
                    residuePath,
                    record.line(),
                    "tags must be as many as residues (gaps and stops are none); id=" + record.id() + ", residues="
                            + record.residues().length + ", tags=" + count + ", labelFile=" + path);
        }
        return new Row(row, null, null, null);
    }

    @Override
    public List<String> notes() {
        return LabelTable.unread(path, tags);
    }
}
