package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ClassFolders;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A kind of data with a graph in each file: one file, a folder of them, or a folder for each class, whose name is the label of its graphs. A graph's id is its file's path below the folder. Kinds are
 * classes of their own, which a {@link java.util.ServiceLoader} can make.
 */
abstract class GraphFileFormat implements ExampleFormat {
    private final String name;
    private final List<String> endings;

    GraphFileFormat(String name, String... endings) {
        this.name = name;
        this.endings = List.of(endings);
    }

    /**
     * What a file holds.
     *
     * @param graph nodes and edges
     * @param labels of the graph, where the file itself has some; else empty
     * @param notes what was passed over, with counts
     */
    record Parsed(ExampleGraph graph, List<String> labels, List<String> notes) {}

    /**
     * Reads a file.
     *
     * @throws DataFileException naming file and line, if it is not of the kind
     * @throws IOException if reading fails
     */
    abstract Parsed parse(Path file, ExampleColumns columns) throws IOException;

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final List<String> endings() {
        return endings;
    }

    @Override
    public final boolean ofFolders() {
        return true;
    }

    @Override
    public final boolean graphs() {
        return true;
    }

    @Override
    public final ExampleReader open(Path root, ExampleColumns columns) throws IOException {
        columns.requireNoLabelSource(root.toString());
        return new AllFiles(root, columns);
    }

    /** The files of a path. */
    private final class AllFiles implements ExampleReader {
        private final ClassFolders folders;
        private final List<Path> files;
        private final ExampleColumns columns;
        private final List<String> notes = new ArrayList<>();
        private int next;

        AllFiles(Path root, ExampleColumns columns) throws IOException {
            boolean folder = Files.isDirectory(root);
            folders = folder ? new ClassFolders(root, endings) : null;
            files = folder ? folders.files() : List.of(root);
            this.columns = columns;
            if (folder) {
                notes.addAll(folders.notes());
            }
        }

        @Override
        public Example next() throws IOException {
            if (next == files.size()) {
                return null;
            }
            Path file = files.get(next++);
            String id = folders == null ? String.valueOf(file.getFileName()) : folders.name(file);
            Parsed parsed;
            try {
                parsed = parse(file, columns);
            } catch (IllegalArgumentException e) {
                throw new DataFileException(file.toString(), 0, e.getMessage());
            }
            parsed.notes().forEach(note -> notes.add(id + ": " + note));
            boolean ofFolder = columns.labels().isEmpty() && folders != null;
            List<String> labels = ofFolder ? folders.labels(file) : parsed.labels();
            return Example.ofGraph(next, id, parsed.graph(), labels);
        }

        @Override
        public List<String> notes() {
            return List.copyOf(notes);
        }

        @Override
        public void close() {
            // each file is closed when it has been read
        }
    }
}
