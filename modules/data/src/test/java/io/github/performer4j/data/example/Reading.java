package io.github.performer4j.data.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads files of examples to their end, for the tests of this package. */
public final class Reading {
    private Reading() {}

    /** What a reader gave. */
    record Read(List<Example> examples, List<String> notes, ImageShape shape) {}

    /** Reads a file by the format of a name. */
    static Read read(String format, Path file, ExampleColumns columns) throws IOException {
        try (ExampleReader reader = ExampleFormats.named(format).open(file, columns)) {
            List<Example> examples = all(reader);
            return new Read(examples, reader.notes(), reader.shape());
        }
    }

    /** Reads to the end, which stays the end. */
    public static List<Example> all(ExampleReader reader) throws IOException {
        List<Example> examples = new ArrayList<>();
        for (Example example = reader.next(); example != null; example = reader.next()) {
            examples.add(example);
        }
        assertThat(reader.next()).isNull();
        return examples;
    }

    /** Expects a data fault with this message behind the folder's name. */
    static void refuses(String format, Path file, ExampleColumns columns, String message) {
        assertThatThrownBy(() -> read(format, file, columns))
                .isInstanceOf(DataFileException.class)
                .satisfies(e -> assertThat(e.getMessage().replace(file.getParent() + "/", ""))
                        .isEqualTo(message));
    }
}
