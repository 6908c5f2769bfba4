package io.github.performer4j.data.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** One token per byte: byte b has id 5 + b, 261 ids in all. Text is encoded as UTF-8; nothing is ever unknown. */
public record ByteTokenizer() implements OwnTokens {
    @Override
    public int size() {
        return Specials.FIRST_SYMBOL + 256;
    }

    @Override
    public EncodedText read(CharSequence text, List<String> masks) {
        TextEncoder encoder = new TextEncoder(this, text, masks);
        int i = 0;
        while (i < text.length()) {
            int mask = encoder.maskAt(i);
            if (mask > 0) {
                encoder.add(mask(), i, i + mask);
                i += mask;
            } else {
                i = character(text, i, encoder);
            }
        }
        return encoder.result();
    }

    /** Adds the bytes of the character at a place, all of which stand for it; returns the place behind it. */
    private static int character(CharSequence text, int at, TextEncoder encoder) {
        int c = Character.codePointAt(text, at);
        int end = at + Character.charCount(c);
        if (c < 0x80) {
            encoder.add(Specials.FIRST_SYMBOL + c, at, end);
            return end;
        }
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            throw new IllegalArgumentException("text must be Unicode; found half of a surrogate pair");
        }
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
            encoder.add(Specials.FIRST_SYMBOL + (b & 0xFF), at, end);
        }
        return end;
    }

    /** Writes tokens as UTF-8 text; byte sequences that are not UTF-8 become U+FFFD. */
    @Override
    public String decode(int... ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length);
        for (int id : ids) {
            SpecialTokens.check(id, size());
            if (special(id)) {
                bytes.writeBytes(SpecialTokens.decoded(id).getBytes(StandardCharsets.US_ASCII));
            } else {
                bytes.write(id - Specials.FIRST_SYMBOL);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String symbol(int id) {
        SpecialTokens.check(id, size());
        if (special(id)) {
            return SpecialTokens.name(id);
        }
        int b = id - Specials.FIRST_SYMBOL;
        return b > 0x20 && b < 0x7F ? String.valueOf((char) b) : String.format(Locale.ROOT, "0x%02X", b);
    }

    @Override
    public String kind() {
        return "byte";
    }
}
