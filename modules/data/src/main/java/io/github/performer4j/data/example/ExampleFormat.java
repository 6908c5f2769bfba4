package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A kind of files of examples. Formats of a user's own are found by {@link java.util.ServiceLoader}; see {@link
 * ExampleFormats}.
 */
public interface ExampleFormat {
    /** Returns its name, in lower case. */
    String name();

    /**
     * Returns what names of its files end with, in lower case; {@code .gz} may follow. Of formats of folders: what is
     * read in them.
     */
    List<String> endings();

    /** Returns whether its examples are graphs. Such a format is found by the endings of files, and by {@link #recognises}. */
    default boolean graphs() {
        return false;
    }

    /**
     * Returns whether a folder is one of this format, as the names in it tell; for formats of graphs. By default it is if all files are of the format.
     *
     * @param names of what is in the folder at any depth, with {@code /} between folders
     */
    default boolean recognises(List<String> names) {
        return graphs()
                && !names.isEmpty()
                && names.stream().allMatch(name -> DataFolder.hasEnding(Path.of(name), endings()));
    }

    /** Returns whether a folder, not a file, is opened. */
    default boolean ofFolders() {
        return false;
    }

    /**
     * Opens a file at its first example.
     *
     * @param file a file, or a folder if {@link #ofFolders}
     * @param columns what stands where
     * @return a reader; the caller closes it
     * @throws io.github.performer4j.data.files.DataFileException if the file is missing or not of this format, or
     *     columns are missing
     * @throws IOException if reading fails
     */
    ExampleReader open(Path file, ExampleColumns columns) throws IOException;
}
