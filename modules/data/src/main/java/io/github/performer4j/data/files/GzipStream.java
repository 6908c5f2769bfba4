package io.github.performer4j.data.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Gzip (RFC 1952) whose faults name the file. Several members in a row are read as one stream, and zeros behind the last one, as tapes and
 * block devices leave them, are passed over, as gunzip does. A cut member, a wrong checksum or length and any other bytes are errors.
 *
 * <p>The JDK's GZIPInputStream ends quietly where the header of a further member is cut, and where its source has no bytes at hand just then.
 */
final class GzipStream extends InputStream {
    private static final int BUFFER = 1 << 16;
    private static final int MAGIC_1 = 0x1F;
    private static final int MAGIC_2 = 0x8B;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final InputStream raw;
    private final String path;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private boolean ended;

    /** Reads the first member's header. */
    GzipStream(InputStream raw, String path) throws IOException {
        this.raw = raw;
        this.path = path;
        try {
            header(next());
        } catch (EOFException e) {
            throw truncated();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (!ended) {
                int n = inflater.inflate(bytes, from, length);
                if (n > 0) {
                    checksum.update(bytes, from, n);
                    return n;
                }
                if (inflater.finished()) {
                    trailer();
                    further();
                } else if (inflater.needsInput()) {
                    if (at == end && !fill()) {
                        throw new EOFException();
                    }
                    inflater.setInput(buffer, at, end - at);
                    at = end;
                } else {
                    throw damaged("it needs a dictionary");
                }
            }
        } catch (EOFException e) {
            throw truncated();
        } catch (DataFormatException e) {
            throw damaged(e.getMessage());
        }
        return -1;
    }

    /** Compares checksum and length of a member that is read. */
    private void trailer() throws IOException {
        at = end - inflater.getRemaining();
        long expected = word();
        long size = word();
        if (expected != checksum.getValue() || size != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
            throw damaged("checksum or length differ");
        }
    }

    /** Goes on to a further member, or to the end. */
    private void further() throws IOException {
        if (at == end && !fill()) {
            ended = true;
            return;
        }
        int first = next();
        if (first != 0) {
            inflater.reset();
            checksum.reset();
            header(first);
            return;
        }
        while (at < end || fill()) {
            if (buffer[at++] != 0) {
                throw follows();
            }
        }
        ended = true;
    }

    private void header(int first) throws IOException {
        if (first != MAGIC_1 || next() != MAGIC_2) {
            throw follows();
        }
        if (next() != DEFLATE) {
            throw damaged("the method is not deflate");
        }
        int flags = next();
        if ((flags & RESERVED) != 0) {
            throw damaged("reserved flags are set");
        }
        skip(6); // time, level, system
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            skip(2);
        }
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // up to the zero behind it
        }
    }

    private long word() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private int next() throws IOException {
        if (at == end && !fill()) {
            throw new EOFException();
        }
        return buffer[at++] & 0xFF;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, raw.read(buffer, 0, BUFFER));
        return end > 0;
    }

    private DataFileException truncated() {
        return damage("the gzip file is truncated; expected more compressed data, found its end");
    }

    private DataFileException follows() {
        return damaged("bytes that are no gzip member follow the last one");
    }

    private DataFileException damaged(String what) {
        return damage("the gzip file is damaged; " + what);
    }

    private DataFileException damage(String rule) {
        return new DataFileException(path, 0, rule);
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        raw.close();
    }
}
