package io.github.performer4j.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Replaces a file as a whole or not at all.
 *
 * <p>The content goes to {@code NAME.tmp} in the same folder, is forced to the disk, and only then takes the name by an atomic move
 * (the recipe of POSIX {@code rename}). A full disk, an exception or a kill at any moment leaves the earlier file as it was.
 */
final class AtomicFile {
    /** What to write. */
    @FunctionalInterface
    interface Content {
        /**
         * Writes everything.
         *
         * @param out the stream of the new file; unbuffered, not to be closed
         * @throws IOException from the stream
         */
        void to(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes the file.
     *
     * @param file the name the content gets in the end; its folder must exist
     * @param content what to write
     * @throws IOException one line with path, bytes written and bytes free, if the disk is full or refuses; the earlier file is
     *     untouched and the temporary one deleted
     */
    static void write(Path file, Content content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        long[] written = new long[1];
        try {
            try (FileChannel channel = FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
                    OutputStream out = new Counting(Channels.newOutputStream(channel), written)) {
                content.to(out);
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw refused(file, written[0], e);
        } finally {
            Files.deleteIfExists(temporary);
        }
        forceFolder(file.toAbsolutePath().getParent());
    }

    private static IOException refused(Path file, long written, IOException cause) {
        String kept = Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? "; the earlier file is untouched" : "";
        return new IOException(
                "cannot save the file; file=" + file + ", bytes written=" + written + ", bytes free=" + free(file)
                        + ", cause=" + reason(cause) + kept,
                cause);
    }

    private static String reason(IOException cause) {
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        String name = cause.getClass().getSimpleName();
        return name.equals("IOException") ? message : name + " " + message;
    }

    private static String free(Path file) {
        try {
            return Long.toString(
                    Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace());
        } catch (IOException | RuntimeException e) {
            return "unknown";
        }
    }

    /** Makes the new name itself durable; not every system lets a folder be opened, and none needs it to. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows refuses to open a folder; the move itself has happened.
        }
    }

    /** Counts the bytes that reached the disk, for the error's line. */
    private static final class Counting extends OutputStream {
        private final OutputStream out;
        private final long[] written;

        Counting(OutputStream out, long[] written) {
            this.out = out;
            this.written = written;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            written[0]++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            written[0] += length;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
