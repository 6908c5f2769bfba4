package io.github.performer4j.data.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Base of tests of kinds of data with graphs: writes files, reads them by the kind's name, expects refusals. */
abstract class ReadGraphs {
    @TempDir
    Path folder;

    /** Of what was read last. */
    List<String> notes = List.of();

    Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    List<Example> read(String kind, Path file, ExampleColumns columns) throws IOException {
        List<Example> all = new ArrayList<>();
        try (ExampleReader reader = ExampleFormats.named(kind).open(file, columns)) {
            for (Example example = reader.next(); example != null; example = reader.next()) {
                all.add(example);
            }
            notes = reader.notes();
        }
        return all;
    }

    Example one(String kind, String name, String text) throws IOException {
        List<Example> all = read(kind, write(name, text), ExampleColumns.defaults());
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    /** Expects a fault of the file, in one line that begins so behind the folder's name. */
    void refused(String kind, String name, String text, String message) throws IOException {
        Path file = write(name, text);
        assertThatThrownBy(() -> read(kind, file, ExampleColumns.defaults()))
                .isInstanceOf(DataFileException.class)
                .satisfies(e -> assertThat(e.getMessage().replace(folder + "/", ""))
                        .startsWith(message)
                        .doesNotContain("\n"));
    }
}
