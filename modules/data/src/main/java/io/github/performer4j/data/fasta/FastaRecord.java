package io.github.performer4j.data.fasta;

import java.nio.charset.StandardCharsets;

/**
 * One sequence of a FASTA file.
 *
 * @param header the line behind {@code >}, trimmed
 * @param residues upper-case ASCII letters, gaps and stops removed; {@link FastaParser#UNKNOWN} for characters that are no residue
 * @param line the header's line number, from 1
 */
public record FastaRecord(String header, byte[] residues, long line) {
    /** Returns the header's first word. */
    public String id() {
        int end = 0;
        while (end < header.length() && !Character.isWhitespace(header.charAt(end))) {
            end++;
        }
        return header.substring(0, end);
    }

    /** Returns the residues as text. */
    public String sequence() {
        return new String(residues, StandardCharsets.US_ASCII);
    }
}
