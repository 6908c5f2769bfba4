package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file of unsigned bytes in the idx format of the MNIST database (LeCun, Cortes and Burges), plain or gzip.
 *
 * <pre>
 * file = 0 0 8 d, size of each of the d dimensions (int, high byte first), bytes
 * </pre>
 */
final class IdxFile implements Closeable {
    private static final int UNSIGNED_BYTES = 0x0800;

    private final InputStream in;
    private final String path;
    private final int[] sizes;
    private int read;

    /** Opens a file and checks its header; it must have so many dimensions. */
    IdxFile(Path file, int dimensions) throws IOException {
        path = file.toString();
        in = InputFiles.open(file);
        try {
            int magic = word("its magic number");
            if (magic != (UNSIGNED_BYTES | dimensions)) {
                throw new DataFileException(
                        path,
                        0,
                        String.format(
                                Locale.ROOT,
                                "an idx%d file of bytes must begin with 0x%08X; found 0x%08X",
                                dimensions,
                                UNSIGNED_BYTES | dimensions,
                                magic));
            }
            sizes = new int[dimensions];
            for (int i = 0; i < dimensions; i++) {
                sizes[i] = word("its sizes");
                if (sizes[i] < 0) {
                    throw new DataFileException(
                            path, 0, "an idx file may have 2147483647 of each dimension; found more, dimension=" + i);
                }
            }
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private int word(String what) throws IOException {
        byte[] bytes = in.readNBytes(Integer.BYTES);
        if (bytes.length < Integer.BYTES) {
            throw new DataFileException(path, 0, "the idx file is truncated; expected " + what + ", found its end");
        }
        return (bytes[0] & 0xFF) << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
    }

    /** Returns the size of a dimension; that of 0 is the number of items. */
    int size(int dimension) {
        return sizes[dimension];
    }

    /** Fills the array with the bytes of the next item; returns false behind the last one, where the file must end. */
    boolean next(byte... item) throws IOException {
        if (read == sizes[0]) {
            if (in.read() >= 0) {
                throw new DataFileException(path, 0, "the idx file must end behind its items; items=" + read);
            }
            return false;
        }
        if (in.readNBytes(item, 0, item.length) < item.length) {
            throw new DataFileException(
                    path, 0, "the idx file is truncated; expected " + sizes[0] + " items, found " + read);
        }
        read++;
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
