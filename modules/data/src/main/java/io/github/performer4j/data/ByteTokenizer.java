package io.github.performer4j.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** One token per byte: byte b has id 5 + b, 261 ids in all. Text is encoded as UTF-8; nothing is ever unknown. */
public record ByteTokenizer() implements Tokenizer {
    @Override
    public int size() {
        return SPECIALS + 256;
    }

    @Override
    public EncodedText read(CharSequence text, List<String> masks) {
        TextEncoder encoder = new TextEncoder(this, text, masks);
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            int mask = encoder.maskAt(i);
            if (mask > 0) {
                bytes(text.subSequence(from, i), encoder);
                encoder.add(mask());
                i += mask - 1;
                from = i + 1;
            }
        }
        bytes(text.subSequence(from, text.length()), encoder);
        return encoder.result();
    }

    private static void bytes(CharSequence text, TextEncoder encoder) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            while (bytes.hasRemaining()) {
                encoder.add(SPECIALS + (bytes.get() & 0xFF));
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text must be Unicode; found half of a surrogate pair", e);
        }
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
