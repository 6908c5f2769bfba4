package io.github.performer4j.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Small files that are replaced as a whole: a reader, or a run that is killed, finds the old content or the new one. */
public final class Whole {
    private Whole() {}

    /**
     * Replaces a file's content.
     *
     * @param file in a folder that exists
     * @param content all of it
     * @throws IOException if it cannot be written; the old content stays
     */
    public static void write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.write(temporary, content);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
