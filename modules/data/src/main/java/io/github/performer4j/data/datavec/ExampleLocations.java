package io.github.performer4j.data.datavec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The examples of all locations of an input split, by a format of {@link ExampleFormats}. Locations are files (or
 * folders, for formats of folders) of the default file system; streams are refused, because formats look at names and
 * at files beside them.
 */
abstract class ExampleLocations extends LocationReader<ExampleLocations.Item> {
    /** An example, and the shape of its symbols or null. */
    record Item(Example example, ImageShape shape) {}

    private static final Logger LOG = LoggerFactory.getLogger(ExampleLocations.class);

    private final String format;
    private final String columnsJson; // serialises, as a Path does not
    private final List<String> classes;

    ExampleLocations(String format, ExampleColumns columns, List<String> classes) {
        this.format = ExampleFormats.named(format).name();
        this.classes = List.copyOf(classes);
        try {
            columnsJson = new ObjectMapper().writeValueAsString(columns);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    Elements<Item> open(URI location) throws IOException {
        if (!"file".equals(location.getScheme())) {
            throw new DataFileException(
                    location.toString(), 0, "examples are read from files; found a URI of another scheme");
        }
        ExampleColumns columns = new ObjectMapper().readValue(columnsJson, ExampleColumns.class);
        ExampleReader reader = ExampleFormats.named(format).open(Path.of(location), columns);
        return new Elements<>() {
            @Override
            public Item next() throws IOException {
                Example example = reader.next();
                if (example == null) {
                    reader.notes().forEach(note -> LOG.info("{}: {}", location, note));
                    return null;
                }
                return new Item(example, reader.shape());
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    @Override
    Elements<Item> elements(InputStream in, String name) {
        throw new UnsupportedOperationException("examples are read from files, not from streams; name=" + name);
    }

    /** Returns the class labels, in the order of their numbers; empty if labels stay text. */
    @Override
    public List<String> getLabels() {
        return classes;
    }

    /** Returns a label as the number of its class, or as text if there are no classes. */
    Writable label(Example example, String label) {
        if (classes.isEmpty()) {
            return new Text(label);
        }
        int number = classes.indexOf(label);
        if (number < 0) {
            throw new IllegalArgumentException("a label must be one of the classes; id=" + example.id() + ", line="
                    + example.line() + ", label=" + label + ", classes=" + classes);
        }
        return new IntWritable(number);
    }
}
