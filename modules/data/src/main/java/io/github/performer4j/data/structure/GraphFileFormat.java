package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ClassFolders;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A kind of data with a graph in each file: one file, a folder of them, or a folder for each class, whose name is the label of its graphs. A graph's id is its file's path below the folder.
 *
 * @param name of the kind
 * @param endings of its files
 * @param parser reads one
 */
record GraphFileFormat(String name, List<String> endings, Parser parser) {

    /**
     * What a file holds.
     *
     * @param graph nodes and edges
     * @param labels of the graph, where the file itself has some; else empty
     * @param notes what was passed over, with counts
     */
    record Parsed(ExampleGraph graph, List<String> labels, List<String> notes) {}

    /** Reads a file. */
    @FunctionalInterface
    interface Parser {
        /**
         * Reads it.
         *
         * @throws DataFileException naming file and line, if it is not of the kind
         * @throws IOException if reading fails
         */
        Parsed read(Path file, ExampleColumns columns) throws IOException;
    }

    /** A kind as a service: a class of its own, which a {@link java.util.ServiceLoader} can make. */
    abstract static class Service implements ExampleFormat {
        private final GraphFileFormat format;

        Service(GraphFileFormat format) {
            this.format = format;
        }

        @Override
        public String name() {
            return format.name();
        }

        @Override
        public List<String> endings() {
            return format.endings();
        }

        @Override
        public boolean ofFolders() {
            return true;
        }

        @Override
        public boolean graphs() {
            return true;
        }

        /** {@inheritDoc} It is if all its files are of the kind. */
        @Override
        public boolean recognises(Path folder) throws IOException {
            DataFolder files = DataFolder.of(folder, endings());
            return !files.files().isEmpty() && files.leftOut().isEmpty();
        }

        @Override
        public ExampleReader open(Path root, ExampleColumns columns) throws IOException {
            columns.requireNoLabelSource(root.toString());
            return new AllFiles(root, format, columns);
        }
    }

    /** The files of a path. */
    private static final class AllFiles implements ExampleReader {
        private final ClassFolders folders;
        private final List<Path> files;
        private final GraphFileFormat format;
        private final ExampleColumns columns;
        private final List<String> notes = new ArrayList<>();
        private int next;

        AllFiles(Path root, GraphFileFormat format, ExampleColumns columns) throws IOException {
            boolean folder = Files.isDirectory(root);
            folders = folder ? new ClassFolders(root, format.endings()) : null;
            files = folder ? folders.files() : List.of(root);
            this.format = format;
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
                parsed = format.parser().read(file, columns);
            } catch (IllegalArgumentException e) {
                throw new DataFileException(file.toString(), 0, e.getMessage());
            }
            parsed.notes().forEach(note -> notes.add(id + ": " + note));
            List<String> labels = parsed.labels().isEmpty() && folders != null ? folders.labels(file) : parsed.labels();
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
