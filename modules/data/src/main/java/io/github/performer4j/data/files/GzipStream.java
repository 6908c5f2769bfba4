package io.github.performer4j.data.files;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Gzip whose faults name the file. Several members in a row are read as one stream; a cut member, a wrong checksum and bytes that are no
 * further member are errors. (The JDK's stream ends quietly where the header of a further member is cut.)
 */
final class GzipStream extends FilterInputStream {
    private static final int BUFFER = 1 << 16;
    private static final int TRAILER = 8;
    private final String name;

    GzipStream(InputStream raw, String name) throws IOException {
        super(null);
        this.name = name;
        try {
            in = new Members(raw);
        } catch (EOFException | ZipException e) {
            throw fault(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            return in.read(bytes, from, length);
        } catch (EOFException | ZipException e) {
            throw fault(e);
        }
    }

    private DataFileException fault(IOException cause) {
        String rule = cause instanceof EOFException
                ? "the gzip file is truncated; expected more compressed data, found its end"
                : "the gzip file is damaged; " + cause.getMessage();
        return new DataFileException(name, 0, rule);
    }

    private static final class Members extends GZIPInputStream {
        Members(InputStream raw) throws IOException {
            super(raw, BUFFER);
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int n = super.read(bytes, from, length);
            if (n < 0 && inf.getRemaining() > TRAILER) {
                throw new ZipException("bytes that are no gzip member follow the last one");
            }
            return n;
        }
    }
}
