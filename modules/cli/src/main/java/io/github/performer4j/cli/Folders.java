package io.github.performer4j.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders to write into: new or empty ones, so that nothing is overwritten. */
final class Folders {
    private Folders() {}

    /** Refuses a name that is taken by a file or by a folder with something in it. */
    static void requireNew(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new FileAlreadyExistsException(folder.toString(), null, "a file of this name exists already");
        }
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            if (content.iterator().hasNext()) {
                throw new FileAlreadyExistsException(folder.toString(), null, "the folder exists already and is not empty");
            }
        }
    }
}
