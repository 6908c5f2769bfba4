package io.github.performer4j.training.watch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of records in TensorFlow's framing, all numbers little-endian:
 *
 * <pre>
 * uint64 n    uint32 masked(crc(n))    n bytes    uint32 masked(crc(bytes))
 * masked(c) = ((c ≫ 15) | (c ≪ 17)) + a282ead8₁₆  mod 2³²
 * </pre>
 *
 * <p>with CRC-32C (Castagnoli). Each record is one write, so that a reader that follows the file sees it whole or cut off at its end.
 */
final class RecordFile implements AutoCloseable {
    private static final int MASK_DELTA = 0xa282ead8;

    private final OutputStream out;

    /**
     * Makes the file.
     *
     * @param file replaced if it is there
     */
    RecordFile(Path file) throws IOException {
        out = Files.newOutputStream(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /** Appends a record. */
    void write(byte[] record) throws IOException {
        ByteBuffer framed = ByteBuffer.allocate(record.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        framed.putLong(record.length);
        framed.putInt(masked(framed.array(), 0, Long.BYTES));
        framed.put(record);
        framed.putInt(masked(record, 0, record.length));
        out.write(framed.array());
    }

    private static int masked(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
