package io.github.performer4j.data;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One token per byte: byte b has id 5 + b, 261 ids in all. Text is encoded as UTF-8; nothing is ever unknown. */
public record ByteTokenizer() implements Tokenizer {
    @Override
    public int size() {
        return SPECIALS + 256;
    }

    @Override
    public int[] encode(CharSequence text) {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = SPECIALS + (bytes[i] & 0xFF);
        }
        return ids;
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
                bytes.write(id - SPECIALS);
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
        int b = id - SPECIALS;
        return b > 0x20 && b < 0x7F ? String.valueOf((char) b) : String.format(Locale.ROOT, "0x%02X", b);
    }

    @Override
    public int replacements() {
        return 256;
    }

    @Override
    public String kind() {
        return "byte";
    }
}
