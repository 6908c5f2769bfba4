package io.github.performer4j.data;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.ExampleSource;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Examples of a program's own, opened as if they were a file. A reader that is given again, or one that stands
 * somewhere else than at the first example, would make later epochs shorter without a word: both are errors.
 */
final class OwnExamples implements ExampleFormat {
    private final String data;
    private final ExampleSource source;
    private ExampleReader last;
    private long found = -1;

    OwnExamples(String data, ExampleSource source) {
        this.data = data;
        this.source = source;
    }

    /** Returns what errors call the data. */
    String data() {
        return data;
    }

    @Override
    public String name() {
        return "records";
    }

    @Override
    public List<String> endings() {
        return List.of();
    }

    @Override
    public ExampleReader open(Path file, ExampleColumns columns) throws IOException {
        ExampleReader opened = source.open(columns);
        if (opened == last) {
            throw new IllegalArgumentException("every opening needs a reader of its own; data=" + data);
        }
        last = opened;
        return new Counted(opened);
    }

    private final class Counted implements ExampleReader {
        private final ExampleReader reader;
        private long count;

        Counted(ExampleReader reader) {
            this.reader = reader;
        }

        @Override
        public Example next() throws IOException {
            Example example = reader.next();
            if (example != null) {
                count++;
                return example;
            }
            if (found >= 0 && found != count) {
                throw new DataFileException(
                        data, 0, "every opening must give the same examples; first=" + found + ", now=" + count);
            }
            found = count;
            return null;
        }

        @Override
        public List<String> notes() {
            return reader.notes();
        }

        @Override
        public ImageShape shape() {
            return reader.shape();
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }
}
