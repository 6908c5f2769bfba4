package io.github.performer4j.data.fasta;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.data.files.TextEncoding;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads FASTA record by record, plain or gzip, in memory bounded by the longest record.
 *
 * <pre>
 * file    = { comment | blank | record }
 * record  = "&gt;" header EOL { residues EOL | comment | blank }
 * comment = ";" anything EOL
 * EOL     = LF | CR LF | CR
 * </pre>
 *
 * What each character means says {@link SequenceCharacters}. Residues are letters of either case. Gaps ({@code -} and
 * {@code .}), stops ({@code *}) and blanks are passed over; stops stand for no residue, so a sequence with a stop
 * inside is read as if joined. All 26 letters are residues or ambiguity codes; any other character is unknown: an
 * error, or {@link #UNKNOWN} and counted. Control characters mean that the file is no text. A record may hold up to
 * {@link #MAX_RESIDUES} residues and a header {@link #MAX_HEADER} bytes, some 400 times the longest known protein: more
 * is an error, not a full heap.
 *
 * <p>Source: Pearson and Lipman, <em>Improved tools for biological sequence comparison</em>, PNAS 1988 (the {@code ;} comments), and the
 * NCBI's description of the format.
 */
public final class FastaParser implements Closeable {
    /** Stands in a record for a character that is no residue. */
    public static final byte UNKNOWN = '?';

    /** Most residues a record may hold: 2²⁴. */
    public static final int MAX_RESIDUES = 1 << 24;

    /** Longest header in bytes: 2²⁰. */
    public static final int MAX_HEADER = 1 << 20;

    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final String path;
    private final boolean unknownIsError;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private long line = 1;
    private boolean afterReturn;
    private boolean atHeader;
    private boolean finished;
    private boolean begun;
    private byte[] residues = new byte[1024];
    private int length;
    private final long[] unknown = new long[256];
    private long unknownTotal;
    private int following;

    /**
     * Reads a stream.
     *
     * @param in FASTA text, unpacked; closed with the parser
     * @param path the name for errors
     * @param unknownIsError whether a character that is no residue is an error rather than {@link #UNKNOWN}
     */
    public FastaParser(InputStream in, String path, boolean unknownIsError) {
        this.in = in;
        this.path = path;
        this.unknownIsError = unknownIsError;
    }

    /**
     * Opens a file, plain or gzip.
     *
     * @param path the file
     * @param unknownIsError whether a character that is no residue is an error rather than {@link #UNKNOWN}
     * @return a parser at the file's start
     * @throws IOException if the file is missing or cannot be read
     */
    public static FastaParser open(Path path, boolean unknownIsError) throws IOException {
        return new FastaParser(InputFiles.open(path), path.toString(), unknownIsError);
    }

    /**
     * Reads the next record.
     *
     * @return the record, possibly without residues; null at the end of the file
     * @throws DataFileException if the file is no FASTA, is truncated, or holds no record at all
     * @throws IOException if reading fails
     */
    public FastaRecord next() throws IOException {
        if (finished || (!atHeader && !findHeader())) {
            return null;
        }
        long headerLine = line;
        String header = readHeader();
        length = 0;
        atHeader = readSequence();
        finished = !atHeader;
        return new FastaRecord(header, Arrays.copyOf(residues, length), headerLine);
    }

    /** Skips to the first {@code >}, over comments and blank lines only. */
    private boolean findHeader() throws IOException {
        int c = read();
        while (c >= 0) {
            if (c == '>') {
                return true;
            }
            byte kind = SequenceCharacters.kind(c);
            if (kind == SequenceCharacters.CONTROL) {
                throw binary(c);
            }
            if (c == ';') {
                skipLine();
            } else if (kind == SequenceCharacters.END_OF_LINE) {
                newLine(c);
            } else if (c != ' ' && c != '\t') {
                throw new DataFileException(
                        path, line, "FASTA must begin with a header (>); found " + show(c) + " before any header");
            }
            c = read();
        }
        throw new DataFileException(path, 0, "FASTA must hold at least one record; found none");
    }

    private String readHeader() throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream(128);
        int c = read();
        while (c >= 0 && SequenceCharacters.kind(c) != SequenceCharacters.END_OF_LINE) {
            if (SequenceCharacters.kind(c) == SequenceCharacters.CONTROL && c != 1) { // NCBI joins headers with 0x01
                throw binary(c);
            }
            if (header.size() == MAX_HEADER) {
                throw new DataFileException(path, line, "a header may hold " + MAX_HEADER + " bytes; found more");
            }
            header.write(c);
            c = read();
        }
        newLine(c);
        return text(header.toByteArray()).trim();
    }

    /** UTF-8, or else Latin-1, which every byte is: old databases have names in it, and nothing but names is taken from a header. */
    private static String text(byte... bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** Appends residues up to the next header; returns whether there is one. */
    private boolean readSequence() throws IOException {
        boolean lineStart = true;
        while (true) {
            int c = read();
            if (c < 0) {
                return false;
            }
            byte kind = SequenceCharacters.kind(c);
            if (kind != SequenceCharacters.STRANGE) {
                following = 0;
            }
            if (kind >= 'A') {
                append(kind);
                lineStart = false;
            } else if (kind == SequenceCharacters.END_OF_LINE) {
                newLine(c);
                lineStart = true;
            } else if (lineStart && c == '>') {
                return true;
            } else if (lineStart && c == ';') {
                skipLine();
            } else if (kind == SequenceCharacters.CONTROL) {
                throw binary(c);
            } else if (kind == SequenceCharacters.STRANGE) {
                strange(c);
                lineStart = false;
            }
        }
    }

    private void strange(int c) throws IOException {
        if (c >= 0x80 && c < 0xC0 && following > 0) {
            following--;
            return; // the rest of a UTF-8 character whose first byte was counted
        }
        following = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
        if (unknownIsError) {
            throw new DataFileException(path, line, "a residue must be a letter A-Z; found " + show(c));
        }
        unknown[c]++;
        unknownTotal++;
        append(UNKNOWN);
    }

    private void append(byte residue) throws DataFileException {
        if (length == residues.length) {
            if (length >= MAX_RESIDUES) {
                throw new DataFileException(path, line, "a record may hold " + MAX_RESIDUES + " residues; found more");
            }
            residues = Arrays.copyOf(residues, Math.min(MAX_RESIDUES, 2 * length));
        }
        residues[length++] = residue;
    }

    private void skipLine() throws IOException {
        int c = read();
        while (c >= 0 && SequenceCharacters.kind(c) != SequenceCharacters.END_OF_LINE) {
            c = read();
        }
        newLine(c);
    }

    /** Counts a line, CR LF as one. */
    private void newLine(int c) {
        if (c == '\r' || (c == '\n' && !afterReturn)) {
            line++;
        }
        afterReturn = c == '\r';
    }

    private int read() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer, 0, buffer.length));
            if (end == 0) {
                return -1;
            }
            if (!begun) {
                begun = true;
                TextEncoding.requireUtf8(buffer, end, path);
                at = TextEncoding.mark(buffer, end);
                return read();
            }
        }
        int c = buffer[at++] & 0xFF;
        if (afterReturn && c != '\n') {
            afterReturn = false;
        }
        return c;
    }

    private DataFileException binary(int c) {
        return new DataFileException(
                path, line, "FASTA must be text; found control byte " + show(c) + ", so this is a binary file");
    }

    private static String show(int c) {
        return c > 0x20 && c < 0x7F ? "'" + (char) c + "'" : String.format(Locale.ROOT, "0x%02X", c);
    }

    /**
     * Returns the characters that are no residue, with their counts, and forgets them; non-ASCII ones by their first UTF-8 byte.
     *
     * @return what was met since the last call
     */
    public Map<String, Long> takeUnknown() {
        if (unknownTotal == 0) {
            return Map.of();
        }
        Map<String, Long> counts = new TreeMap<>();
        for (int c = 0; c < unknown.length; c++) {
            if (unknown[c] > 0) {
                counts.put(c < 0x7F ? String.valueOf((char) c) : show(c), unknown[c]);
            }
        }
        Arrays.fill(unknown, 0);
        unknownTotal = 0;
        return counts;
    }

    /** Returns the number of the line being read, from 1. */
    public long line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
