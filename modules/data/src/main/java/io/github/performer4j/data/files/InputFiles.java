package io.github.performer4j.data.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Opens files, unpacking gzip by its magic bytes (1F 8B, RFC 1952) whatever the name says, and lists folders. */
public final class InputFiles {
    private static final int BUFFER = 1 << 16;

    private InputFiles() {}

    /**
     * Opens a file for reading.
     *
     * @param path the file
     * @return its bytes, unpacked if it is gzip; the caller closes the stream. In a thread that is interrupted it throws {@link
     *     java.nio.channels.ClosedByInterruptException}
     * @throws DataFileException if there is no such file, or it is a folder, or its gzip header is cut
     * @throws IOException if reading fails
     */
    public static InputStream open(Path path) throws IOException {
        requireExists(path);
        if (Files.isDirectory(path)) {
            throw new DataFileException(path.toString(), 0, "expected a file; found a folder");
        }
        if (!Files.isReadable(path)) {
            throw new DataFileException(path.toString(), 0, "the file must be readable; permission denied");
        }
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
     * Lists the files under a path whose names end like one of a set, a further {@code .gz} allowed.
     *
     * @param root a file, which is returned as it is, or a folder, searched recursively
     * @param endings lower-case endings with the dot
     * @return paths in order of their names
     * @throws IOException if the path is missing or cannot be listed
     */
    public static List<Path> list(Path root, List<String> endings) throws IOException {
        requireExists(root);
        if (!Files.isDirectory(root)) {
            return List.of(root);
        }
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .filter(p -> hasEnding(p, endings))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Tells whether a file's name ends like one of a set, with or without {@code .gz}.
     *
     * @param path a file
     * @param endings lower-case endings with the dot
     * @return whether one fits
     */
    public static boolean hasEnding(Path path, List<String> endings) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        return endings.stream().anyMatch(plain::endsWith);
    }
}
