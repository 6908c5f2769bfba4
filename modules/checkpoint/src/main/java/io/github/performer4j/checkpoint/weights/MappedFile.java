package io.github.performer4j.checkpoint.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * A file of any size, mapped in segments as they are asked for. Segments begin every {@value #STRIDE} bytes and overlap by {@value #PIECE}, so that each piece lies in one. Not
 * thread-safe.
 */
final class MappedFile implements TensorBytes, Closeable {
    /** Most bytes of a piece. */
    static final int PIECE = 1 << 26;

    private static final long STRIDE = 1L << 30;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final Map<Long, MappedByteBuffer> segments = new HashMap<>();

    MappedFile(Path path) throws IOException {
        this.path = path;
        channel = FileChannel.open(path, StandardOpenOption.READ);
        size = channel.size();
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    @Override
    public ByteBuffer bytes(long offset, int length) throws IOException {
        if (offset < 0 || length < 0 || length > PIECE || offset > size - length) {
            throw new IOException("bytes must lie in the file; file=" + path + ", offset=" + offset + ", length="
                    + length + ", size=" + size);
        }
        long segment = offset / STRIDE;
        MappedByteBuffer mapped = segments.get(segment);
        if (mapped == null) {
            long from = segment * STRIDE;
            mapped = channel.map(FileChannel.MapMode.READ_ONLY, from, Math.min(STRIDE + PIECE, size - from));
            segments.put(segment, mapped);
        }
        return mapped.slice((int) (offset % STRIDE), length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the whole file, which must be smaller than 2 GiB. */
    ByteBuffer whole() throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        segments.clear();
        channel.close();
    }
}
