package io.github.performer4j.data.token;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One token per Unicode code point of the training text: code points in ascending order have ids 5, 6, …; all others are unknown. */
public final class CharacterTokenizer implements OwnTokens {
    /** Largest number of distinct code points: an id must fit 16 bits. */
    public static final int MAX_SYMBOLS = 0xFFFF - Specials.FIRST_SYMBOL;

    private final int[] codePoints;
    private final Map<Integer, Integer> ids;
    private final int[] ascii;

    /**
     * Builds the tokenizer of a set of symbols.
     *
     * @param codePoints Unicode code points, in any order; sorted and without duplicates inside
     * @throws IllegalArgumentException if there is none, more than {@link #MAX_SYMBOLS}, or one outside Unicode
     */
    public CharacterTokenizer(int... codePoints) {
        this.codePoints = Arrays.stream(codePoints).sorted().distinct().toArray();
        if (this.codePoints.length == 0 || this.codePoints.length > MAX_SYMBOLS) {
            throw new IllegalArgumentException("a character vocabulary must hold 1 to " + MAX_SYMBOLS
                    + " code points; found=" + this.codePoints.length);
        }
        ids = new HashMap<>();
        ascii = new int[128];
        Arrays.fill(ascii, unknown());
        for (int i = 0; i < this.codePoints.length; i++) {
            int codePoint = this.codePoints[i];
            if (!Character.isValidCodePoint(codePoint)) {
                throw new IllegalArgumentException("a code point must be in [0, 0x10FFFF]; found=" + codePoint);
            }
            ids.put(codePoint, Specials.FIRST_SYMBOL + i);
            if (codePoint < ascii.length) {
                ascii[codePoint] = Specials.FIRST_SYMBOL + i;
            }
        }
    }

    /**
     * Builds the tokenizer of the characters that occur in texts.
     *
     * @param texts the training texts
     * @return a tokenizer that knows each of their code points
     */
    public static CharacterTokenizer of(List<String> texts) {
        return new CharacterTokenizer(
                texts.stream().flatMapToInt(String::codePoints).distinct().toArray());
    }

    /** Returns the code points in ascending order; element i has id {@code Specials.FIRST_SYMBOL + i}. */
    public int[] codePoints() {
        return codePoints.clone();
    }

    /**
     * Returns the id of one code point.
     *
     * @param codePoint a Unicode code point
     * @return its id, {@link #unknown()} if it is not in the vocabulary
     */
    public int id(int codePoint) {
        return codePoint >= 0 && codePoint < ascii.length ? ascii[codePoint] : ids.getOrDefault(codePoint, unknown());
    }

    @Override
    public int size() {
        return Specials.FIRST_SYMBOL + codePoints.length;
    }

    /** Reads text character by character; as in a file, a byte-order mark at its start is no character of it. */
    @Override
    public EncodedText read(CharSequence text, List<String> masks) {
        TextEncoder encoder = new TextEncoder(this, text, masks);
        int i = text.length() > 0 && text.charAt(0) == '\uFEFF' ? 1 : 0;
        while (i < text.length()) {
            int mask = encoder.maskAt(i);
            if (mask > 0) {
                encoder.add(mask(), i, i + mask);
                i += mask;
                continue;
            }
            int c = Character.codePointAt(text, i);
            if (id(c) == unknown()) {
                encoder.addUnknown(c, i);
            } else {
                encoder.add(id(c), i, i + Character.charCount(c));
            }
            i += Character.charCount(c);
        }
        return encoder.result();
    }

    @Override
    public String decode(int... tokens) {
        StringBuilder text = new StringBuilder(tokens.length);
        for (int id : tokens) {
            SpecialTokens.check(id, size());
            if (special(id)) {
                text.append(SpecialTokens.decoded(id));
            } else {
                text.appendCodePoint(codePoints[id - Specials.FIRST_SYMBOL]);
            }
        }
        return text.toString();
    }

    @Override
    public String symbol(int id) {
        SpecialTokens.check(id, size());
        return special(id) ? SpecialTokens.name(id) : Character.toString(codePoints[id - Specials.FIRST_SYMBOL]);
    }

    @Override
    public String unit() {
        return "letter";
    }

    @Override
    public String kind() {
        return "character";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CharacterTokenizer t && Arrays.equals(codePoints, t.codePoints);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(codePoints);
    }

    @Override
    public String toString() {
        return "CharacterTokenizer[symbols=" + codePoints.length + "]";
    }
}
