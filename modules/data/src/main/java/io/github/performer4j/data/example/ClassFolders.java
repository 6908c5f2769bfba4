package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files that the folder above them names: {@code root/label/…/file}, in order of their names; what is read is
 * {@link DataFolder}'s rule. Where all files lie in the root itself they have no labels; where only some do, that is an
 * error.
 */
public final class ClassFolders {
    private final DataFolder folder;
    private final boolean flat;

    /**
     * Lists a folder.
     *
     * @throws DataFileException if it is no folder, holds no such file, or some files lie in a folder of a class and
     *     some in none
     */
    public ClassFolders(Path root, List<String> endings) throws IOException {
        String path = root.toString();
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new DataFileException(path, 0, "expected a folder with a folder for each class; found a file");
        }
        folder = DataFolder.of(root, endings);
        List<String> loose = folder.files().stream()
                .map(folder::name)
                .filter(name -> name.indexOf('/') < 0)
                .toList();
        flat = !loose.isEmpty();
        if (folder.files().isEmpty()) {
            throw new DataFileException(
                    path, 0, "the folder must hold files that end with " + endings + "; found none");
        }
        if (flat && loose.size() < folder.files().size()) {
            throw new DataFileException(
                    path,
                    0,
                    "every file must lie in a folder named by its class, or none; without=" + loose.size() + ", first="
                            + loose.get(0));
        }
    }

    /** Returns the files in order of their names. */
    public List<Path> files() {
        return folder.files();
    }

    /** Returns a file's name below the root, with slashes. */
    public String name(Path file) {
        return folder.name(file);
    }

    /** Returns the name of the class of a file, or nothing. */
    public List<String> labels(Path file) {
        String name = folder.name(file);
        return flat ? List.of() : List.of(name.substring(0, name.indexOf('/')));
    }

    /** Returns what was left out. */
    public List<String> notes() {
        return folder.leftOut().isEmpty() ? List.of() : List.of(folder.leftOutLine());
    }
}
