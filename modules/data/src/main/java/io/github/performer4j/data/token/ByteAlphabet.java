package io.github.performer4j.data.token;

import java.nio.charset.StandardCharsets;

/**
 * The characters by which byte-level BPE writes bytes (Radford and others, <em>GPT-2</em>, 2019): printable bytes of Latin-1 are themselves,
 * the 68 others, in ascending order, are U+0100, U+0101, … So a blank is Ġ and a line end Ċ.
 */
final class ByteAlphabet {
    private static final char[] CHARACTERS = new char[256];

    static {
        char next = 256;
        for (char b = 0; b < CHARACTERS.length; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
            CHARACTERS[b] = printable ? b : next++;
        }
    }

    private ByteAlphabet() {}

    /** Returns the characters of the bytes 0 to 255. */
    static char[] characters() {
        return CHARACTERS.clone();
    }

    /** Writes the UTF-8 bytes of a text, a character each. */
    static String write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder written = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            written.append(CHARACTERS[b & 0xFF]);
        }
        return written.toString();
    }
}
