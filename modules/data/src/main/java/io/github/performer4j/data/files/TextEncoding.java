package io.github.performer4j.data.files;

/**
 * Tells from its first bytes that a file is not UTF-8 (or ASCII, which is part of it): by a byte-order mark of UTF-16 or UTF-32, or, without
 * one, by the zeros that UTF-16 puts beside every Latin letter. Latin-1 has no such sign; its letters beyond ASCII are malformed UTF-8.
 */
public final class TextEncoding {
    /** Added to an error about a byte that is malformed UTF-8. */
    public static final String OTHER_ENCODING =
            ", so the file is damaged or of another encoding, such as Latin-1 or Windows-1252; iconv -f LATIN1 -t UTF-8 converts it";

    private static final int[] MARK = {0xEF, 0xBB, 0xBF};
    private static final int LEAST = 4;

    private TextEncoding() {}

    /**
     * Refuses a beginning that is not UTF-8.
     *
     * @param bytes first bytes of the file, unpacked
     * @param length how many of them count
     * @param path the name for the error
     * @throws DataFileException if it is UTF-16 or UTF-32; one line that names it and the way out
     */
    public static void requireUtf8(byte[] bytes, int length, String path) throws DataFileException {
        String other = other(bytes, length);
        if (other != null) {
            throw new DataFileException(
                    path,
                    0,
                    "text must be UTF-8; found " + other + ", as PowerShell's > writes it; iconv -f "
                            + other.substring(0, other.indexOf(' ')) + " -t UTF-8 converts it");
        }
    }

    /**
     * Returns the length of UTF-8's byte-order mark.
     *
     * @param bytes first bytes of the file, unpacked
     * @param length how many of them count
     * @return 3, or 0 if there is none
     */
    public static int mark(byte[] bytes, int length) {
        if (length < MARK.length) {
            return 0;
        }
        for (int i = 0; i < MARK.length; i++) {
            if ((bytes[i] & 0xFF) != MARK[i]) {
                return 0;
            }
        }
        return MARK.length;
    }

    private static String other(byte[] bytes, int length) {
        if (length < 2) {
            return null;
        }
        int first = (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
        boolean zeros = length >= LEAST && bytes[2] == 0 && bytes[3] == 0;
        if (first == 0xFFFE) {
            return zeros ? "UTF-32LE (byte-order mark)" : "UTF-16LE (byte-order mark FF FE)";
        }
        if (first == 0xFEFF) {
            return "UTF-16BE (byte-order mark FE FF)";
        }
        if (length >= LEAST && first == 0 && bytes[2] == (byte) 0xFE && bytes[3] == (byte) 0xFF) {
            return "UTF-32BE (byte-order mark)";
        }
        return unmarked(bytes, length);
    }

    /** Half of the high bytes of Latin text, or more, are zero, and none of the low ones. */
    private static String unmarked(byte[] bytes, int length) {
        int pairs = length / 2;
        int even = 0;
        int odd = 0;
        for (int i = 0; i < 2 * pairs; i++) {
            even += i % 2 == 0 && bytes[i] == 0 ? 1 : 0;
            odd += i % 2 == 1 && bytes[i] == 0 ? 1 : 0;
        }
        if (length < LEAST || even > 0 == odd > 0 || 2 * Math.max(even, odd) < pairs) {
            return null;
        }
        return odd > 0 ? "UTF-16LE (no byte-order mark)" : "UTF-16BE (no byte-order mark)";
    }
}
