package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.text.TextReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Examples of a folder with a folder for each class ({@link ClassFolders}): each {@code .txt} file, plain or gzip, is
 * one text, taken as it is, of up to {@link #MAX_TEXT} characters.
 */
final class FoldersReader implements ExampleReader {
    /** Longest text in characters: 2²⁴. */
    static final int MAX_TEXT = 1 << 24;

    /** Endings of the files. */
    static final List<String> ENDINGS = List.of(".txt");

    private final ClassFolders folders;
    private int next;

    FoldersReader(Path root, ExampleColumns columns) throws IOException {
        columns.requireNoColumns(root.toString(), 1);
        columns.requireNoLabelSource(root.toString());
        folders = new ClassFolders(root, ENDINGS);
    }

    @Override
    public Example next() throws IOException {
        if (next == folders.files().size()) {
            return null;
        }
        Path file = folders.files().get(next++);
        return new Example(next, folders.name(file), List.of(text(file)), null, folders.labels(file), null, null, null);
    }

    private static String text(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        try (TextReader in = TextReader.characters(file)) {
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (text.length() >= MAX_TEXT) {
                    throw new DataFileException(
                            file.toString(), in.line(), "a text may hold " + MAX_TEXT + " characters; found more");
                }
                text.appendCodePoint(c);
            }
        }
        return text.toString();
    }

    @Override
    public List<String> notes() {
        return folders.notes();
    }

    @Override
    public void close() {
        // every file is closed once it is read
    }
}
