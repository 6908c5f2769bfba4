package io.github.performer4j.cli.action;

import io.github.performer4j.training.run.Whole;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that a command writes when its work is done: what would be refused then is refused at the start, and the earlier content stays until the new one is
 * complete.
 */
public final class ResultFile {
    private ResultFile() {}

    /**
     * Refuses a file that could not be written at the end of a long run; leaves an existing one as it is.
     *
     * @throws IOException in one line with the file and the reason
     */
    static void check(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("a file to write to must not be a folder; file=" + file);
        }
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(file.toString(), null, "the folder to write it to does not exist");
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new IOException("the file may not be written (permissions); file=" + file);
        }
        if (!isDevice(file)) {
            Path target = target(file).toAbsolutePath();
            makeAndDelete(target.getParent(), target.getFileName().toString(), file);
        }
    }

    /**
     * Refuses a folder that could not be made, or in which no file could.
     *
     * @param folder may not exist yet, nor those above it
     */
    public static void checkFolder(Path folder) throws IOException {
        Path existing = folder.toAbsolutePath();
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            throw new IOException("the place to write to must be a folder; out=" + folder);
        }
        makeAndDelete(existing, "performer", folder);
    }

    /** Makes a file and deletes it: rights alone do not tell, of a system mounted read-only for example. */
    private static void makeAndDelete(Path folder, String name, Path wanted) throws IOException {
        try {
            Files.delete(Files.createTempFile(folder, name, ".tmp"));
        } catch (FileSystemException e) {
            String reason = e instanceof AccessDeniedException ? "no permission" : e.getReason();
            throw new IOException(
                    "no such file can be made; file=" + wanted + ", folder=" + folder + ", reason="
                            + (reason == null ? "refused by the system" : reason),
                    e);
        }
    }

    /**
     * Replaces a file's content as a whole; a link stays one, and what is no regular file (a pipe, {@code /dev/null}) is written to.
     *
     * @throws IOException if it cannot be written; the earlier content stays
     */
    public static void write(Path file, byte[] content) throws IOException {
        if (isDevice(file)) {
            Files.write(file, content);
        } else {
            Whole.write(target(file), content);
        }
    }

    private static boolean isDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    private static Path target(Path file) throws IOException {
        return Files.exists(file) ? file.toRealPath() : file;
    }
}
