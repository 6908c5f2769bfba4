package io.github.performer4j.data.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Opens files, unpacking gzip by its magic bytes (1F 8B, RFC 1952) whatever the name says. Which files of a folder: {@link DataFolder}. */
public final class InputFiles {
    private static final int BUFFER = 1 << 16;

    private InputFiles() {}

    /**
     * Opens a file for reading.
     *
     * @param path the file
     * @return its bytes, unpacked if it is gzip; the caller closes the stream. In a thread that is interrupted it throws {@link
     *     java.nio.channels.ClosedByInterruptException}
     * @throws DataFileException if it is no file ({@link #requireFile}), or its gzip header is cut
     * @throws IOException if reading fails
     */
    public static InputStream open(Path path) throws IOException {
        requireFile(path);
        return unpack(
                Channels.newInputStream(FileChannel.open(path)),
                path.toString()); // unlike Files' own streams, an interrupt ends it
    }

    /**
     * Unpacks a stream if it is gzip.
     *
     * @param raw the bytes as stored; closed with the result
     * @param name the name for errors
     * @return the bytes unpacked; truncation and damage are a {@link DataFileException}, not an early end
     * @throws IOException if reading fails
     */
    public static InputStream unpack(InputStream raw, String name) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw, BUFFER);
        try {
            in.mark(2);
            boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
            in.reset();
            return gzip ? new GzipStream(in, name) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * Checks that a path exists.
     *
     * @param path a file or folder
     * @throws DataFileException if it does not
     */
    public static void requireExists(Path path) throws DataFileException {
        if (!Files.exists(path)) {
            throw new DataFileException(path.toString(), 0, "no such file or folder");
        }
    }

    /**
     * Checks that a path is a file that can be read more than once, as data is: counted, hashed, and read in every epoch. Opening a pipe would
     * wait for its writer, and its second reading find nothing.
     *
     * @param path a file
     * @throws DataFileException if it does not exist, is a folder, a pipe or a device, or may not be read
     */
    public static void requireFile(Path path) throws DataFileException {
        if (!Files.exists(path) && Files.isSymbolicLink(path)) {
            throw new DataFileException(path.toString(), 0, "a link must lead to a file; it leads to nothing");
        }
        requireExists(path);
        if (Files.isDirectory(path)) {
            throw new DataFileException(path.toString(), 0, "expected a file; found a folder");
        }
        if (!Files.isRegularFile(path)) {
            throw new DataFileException(
                    path.toString(),
                    0,
                    "data is read more than once, so it must be a file; found a pipe or device, whose content a file must keep first");
        }
        if (!Files.isReadable(path)) {
            throw new DataFileException(path.toString(), 0, "the file must be readable; permission denied");
        }
    }

    /**
     * Checks that a folder can be written to without touching anything.
     *
     * @param directory the folder
     * @throws DataFileException if it holds something or is a file
     * @throws IOException if it cannot be listed
     */
    public static void requireEmpty(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new DataFileException(
                    directory.toString(), 0, "the output must be a new or empty folder; found a file");
        }
        if (Files.isDirectory(directory)) {
            try (Stream<Path> inside = Files.list(directory)) {
                if (inside.findAny().isPresent()) {
                    throw new DataFileException(
                            directory.toString(), 0, "the output must be a new or empty folder; found files in it");
                }
            }
        }
    }
}
