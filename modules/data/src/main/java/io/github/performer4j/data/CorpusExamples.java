package io.github.performer4j.data;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.example.SideTable;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.Selection;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The examples of one side of labelled data, in order, before anything is made of them. */
public final class CorpusExamples implements Closeable {
    private final CorpusFiles files;
    private final DataConfig config;
    private final Selection selection;
    private int file = -1;
    private int ordinal;
    private ExampleReader reader;
    private final List<String> notes = new ArrayList<>();
    private Example current;

    CorpusExamples(CorpusFiles files, DataConfig config, Selection selection) {
        this.files = files;
        this.config = config;
        this.selection = selection;
    }

    /**
     * Reads the next example.
     *
     * @return null at the end
     * @throws IOException if the data cannot be read
     */
    public Example next() throws IOException {
        while (reader != null || file + 1 < files.sources().size()) {
            if (reader == null) {
                file++;
                ordinal = 0;
                if (!selection.includesFile(file)) {
                    continue;
                }
                reader = files.examples(file, config);
            }
            current = reader.next();
            if (current == null) {
                Path path = files.sources().get(file);
                reader.notes().forEach(note -> notes.add(path + ": " + note));
                close();
            } else if (selection.includes(file, ordinal++)) {
                return current;
            }
        }
        return null;
    }

    /** Returns the notes on the files that were read to their ends, a line each that begins with its path. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** Returns the number that the corpus gives the example last read. */
    long document() {
        return ((long) file << Part.FILE_SHIFT) + ordinal - 1;
    }

    /** Returns what a table of sides calls the example last read. */
    String sideId() {
        return SideTable.id(current, files.folder().name(files.sources().get(file)), ordinal, config.columns());
    }

    /** Returns the shape of the images of the file that is open; null if they have none. */
    public ImageShape shape() {
        return reader == null ? null : reader.shape();
    }

    /** Returns an error at the example last read. */
    public DataFileException fault(String message) {
        Path path = files.sources().get(file);
        return new DataFileException(path.toString(), current == null ? 0 : current.line(), message);
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            ExampleReader done = reader;
            reader = null;
            done.close();
        }
    }
}
