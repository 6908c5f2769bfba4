package io.github.performer4j.data.fasta;

import java.util.Arrays;

/**
 * What each character of a sequence means. The one table for every way a protein comes in: the lines of a FASTA file
 * ({@link FastaParser}), a sequence typed or pasted, and a string in a program ({@code ProteinTokenizer}).
 *
 * <pre>
 * A-Z a-z              a residue, in upper case
 * blank tab FF VT      passed over
 * -  .  *              gaps and stops, passed over
 * LF CR                the end of a line
 * other controls       no text: refused
 * anything else        unknown: counted, or refused
 * </pre>
 *
 * At the start of a line, {@code >} begins a header and {@code ;} a comment.
 */
public final class SequenceCharacters {
    /** Passed over: blanks, gaps, stops. */
    public static final byte SKIP = 1;

    /** No residue, and nothing to pass over. */
    public static final byte STRANGE = 2;

    /** A control character, which no text holds. */
    public static final byte CONTROL = 3;

    /** The end of a line. */
    public static final byte END_OF_LINE = 4;

    private static final byte[] KIND = kinds();

    private SequenceCharacters() {}

    private static byte[] kinds() {
        byte[] kind = new byte[256];
        Arrays.fill(kind, STRANGE);
        Arrays.fill(kind, 0, 0x20, CONTROL);
        kind[0x7F] = CONTROL;
        for (char c = 'A'; c <= 'Z'; c++) {
            kind[c] = (byte) c;
            kind[c + 0x20] = (byte) c;
        }
        for (char c : " \t\f\u000B-.*".toCharArray()) {
            kind[c] = SKIP;
        }
        kind['\n'] = END_OF_LINE;
        kind['\r'] = END_OF_LINE;
        return kind;
    }

    /**
     * Returns the class of a character.
     *
     * @param c a byte (0 to 255) or a code point
     * @return the upper-case letter of a residue, at least {@code 'A'}; or one of the constants, all below
     */
    public static byte kind(int c) {
        return c < KIND.length ? KIND[c] : STRANGE;
    }
}
