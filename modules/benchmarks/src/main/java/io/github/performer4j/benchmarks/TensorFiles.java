package io.github.performer4j.benchmarks;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files of little-endian float32 values, read and written in small pieces: mapped files would count as an engine's memory. */
final class TensorFiles {
    private static final int PIECE = 1 << 15;

    private TensorFiles() {}

    /** Takes the first n of {@code values}, which stand at an offset of the tensor. */
    @FunctionalInterface
    interface Sink {
        void accept(long offset, float[] values, int n);
    }

    /** Fills the first n of {@code values}, which stand at an offset of the tensor. */
    @FunctionalInterface
    interface Source {
        void fill(long offset, float[] values, int n);
    }

    /** Returns the file of a tensor. */
    static Path file(Path folder, String name) {
        return folder.resolve(name + ".f32");
    }

    /** A file that is read from its start, piece by piece. */
    static final class Reader implements Closeable {
        private final ByteBuffer bytes = buffer();
        private final FileChannel channel;
        private long left;

        /**
         * Opens a file.
         *
         * @param length number of values
         * @throws IOException if the file has another length
         */
        Reader(Path file, long length) throws IOException {
            channel = FileChannel.open(file);
            left = length;
            if (channel.size() != length * Float.BYTES) {
                long size = channel.size();
                channel.close();
                throw new EOFException("a tensor's file must have its length; file=" + file.getFileName() + ", bytes="
                        + size + ", expected=" + length * Float.BYTES);
            }
        }

        /** Reads the next piece into {@code values} and returns its length, 0 at the end. */
        int next(float[] values) throws IOException {
            int n = (int) Math.min(Math.min(PIECE, values.length), left);
            bytes.clear().limit(n * Float.BYTES);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw new EOFException("a tensor's file ended early; missing=" + bytes.remaining());
                }
            }
            bytes.flip().asFloatBuffer().get(values, 0, n);
            left -= n;
            return n;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /**
     * Reads a tensor.
     *
     * @param length number of values
     * @throws IOException if the file has another length
     */
    static void read(Path file, long length, Sink sink) throws IOException {
        float[] values = new float[PIECE];
        try (Reader reader = new Reader(file, length)) {
            int n;
            for (long done = 0; done < length; done += n) {
                n = reader.next(values);
                sink.accept(done, values, n);
            }
        }
    }

    /** Writes a tensor of {@code length} values. */
    static void write(Path file, long length, Source source) throws IOException {
        ByteBuffer bytes = buffer();
        float[] values = new float[PIECE];
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (long done = 0; done < length; ) {
                int n = (int) Math.min(PIECE, length - done);
                source.fill(done, values, n);
                bytes.clear();
                bytes.asFloatBuffer().put(values, 0, n);
                bytes.limit(n * Float.BYTES);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                done += n;
            }
        }
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
}
