package io.github.performer4j.data.token;

import io.github.performer4j.data.fasta.SequenceCharacters;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One token per residue: the 20 standard amino acids in alphabetical order of their letters (ids 5 to 24), then the ambiguity codes and
 * rare residues B Z X J U O (ids 25 to 30).
 *
 * <p>Lower case counts as upper case. B is D or N, Z is E or Q, J is I or L, X is any residue, U selenocysteine, O pyrrolysine (IUPAC-IUB).
 * These are symbols of their own, as in the databases; any other character is unknown. The two names {@code <mask>} and {@code <unk>} and
 * the single characters {@code _} (mask) and {@code ?} (unknown) are understood too, so that decoded text can be encoded again.
 */
public record ProteinTokenizer() implements OwnTokens {
    /** The residues in the order of their ids, the first one being id {@link Specials#FIRST_SYMBOL}. */
    public static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWYBZXJUO";

    /** Number of standard amino acids. */
    public static final int STANDARD = 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final String MASK_NAME = "<mask>";
    private static final String UNKNOWN_NAME = "<unk>";
    /** Characters of a second header that an error shows. */
    private static final int SHOWN = 30;

    private static final byte[] IDS = table();

    private static byte[] table() {
        byte[] ids = new byte[128];
        Arrays.fill(ids, (byte) 4);
        for (int i = 0; i < RESIDUES.length(); i++) {
            char letter = RESIDUES.charAt(i);
            ids[letter] = (byte) (Specials.FIRST_SYMBOL + i);
            ids[Character.toLowerCase(letter)] = (byte) (Specials.FIRST_SYMBOL + i);
        }
        ids['_'] = 1;
        return ids;
    }

    /**
     * Returns the id of one residue letter.
     *
     * @param letter an ASCII code of either case
     * @return its id, {@link #unknown()} for anything else
     */
    public int id(int letter) {
        return letter >= 0 && letter < IDS.length ? IDS[letter] : unknown();
    }

    @Override
    public int size() {
        return Specials.FIRST_SYMBOL + RESIDUES.length();
    }

    /**
     * Reads one sequence by the rules of a FASTA file ({@link SequenceCharacters}): blanks, line ends, gaps and stops
     * are passed over, so are comments and a header before the first residue. Any other character that is no residue is
     * one unknown token.
     *
     * @throws IllegalArgumentException if there is a second header, or a control character
     */
    @Override
    public EncodedText read(CharSequence text, List<String> masks) {
        TextEncoder encoder = new TextEncoder(this, text, masks);
        boolean started = false;
        boolean lineStart = true;
        int i = text.length() > 0 && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        while (i < text.length()) {
            int c = Character.codePointAt(text, i);
            byte kind = SequenceCharacters.kind(c);
            if (lineStart && (c == '>' || c == ';')) {
                if (c == '>' && started) {
                    throw new IllegalArgumentException(
                            "the text must be one sequence; found a second one, which begins " + line(text, i));
                }
                started |= c == '>';
                i = endOfLine(text, i);
            } else if (kind == SequenceCharacters.END_OF_LINE) {
                lineStart = true;
                i++;
            } else if (kind == SequenceCharacters.SKIP) {
                i++;
            } else {
                i += add(c, i, encoder, text);
                started = true;
                lineStart = false;
            }
        }
        return encoder.result();
    }

    /** Adds what stands at a place; returns how many characters it takes. */
    private int add(int c, int at, TextEncoder encoder, CharSequence text) {
        int mask = encoder.maskAt(at);
        if (mask > 0 || encoder.at(MASK_NAME, at)) {
            int length = mask > 0 ? mask : MASK_NAME.length();
            encoder.add(mask(), at, at + length);
            return length;
        }
        if (encoder.at(UNKNOWN_NAME, at)) {
            encoder.add(unknown(), at, at + UNKNOWN_NAME.length());
            return UNKNOWN_NAME.length();
        }
        if (SequenceCharacters.kind(c) == SequenceCharacters.CONTROL) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a sequence must be text; found control character U+%04X at character %d of %d",
                    c,
                    at + 1,
                    text.length()));
        }
        if (id(c) == unknown()) {
            encoder.addUnknown(c, at);
        } else {
            encoder.add(id(c), at, at + 1);
        }
        return Character.charCount(c);
    }

    private static int endOfLine(CharSequence text, int from) {
        int i = from;
        while (i < text.length() && SequenceCharacters.kind(text.charAt(i)) != SequenceCharacters.END_OF_LINE) {
            i++;
        }
        return i;
    }

    private static String line(CharSequence text, int from) {
        int to = Math.min(endOfLine(text, from), from + SHOWN);
        return text.subSequence(from, to).toString();
    }

    @Override
    public String decode(int... ids) {
        StringBuilder text = new StringBuilder(ids.length);
        for (int id : ids) {
            SpecialTokens.check(id, size());
            text.append(special(id) ? SpecialTokens.decoded(id) : symbol(id));
        }
        return text.toString();
    }

    @Override
    public String symbol(int id) {
        SpecialTokens.check(id, size());
        return special(id) ? SpecialTokens.name(id) : String.valueOf(RESIDUES.charAt(id - Specials.FIRST_SYMBOL));
    }

    @Override
    public int replacements() {
        return STANDARD;
    }

    @Override
    public String unit() {
        return "letter";
    }

    @Override
    public String kind() {
        return "protein";
    }
}
