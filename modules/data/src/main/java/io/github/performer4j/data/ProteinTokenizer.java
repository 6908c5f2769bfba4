package io.github.performer4j.data;

import java.util.Arrays;

/**
 * One token per residue: the 20 standard amino acids in alphabetical order of their letters (ids 5 to 24), then the ambiguity codes and
 * rare residues B Z X J U O (ids 25 to 30).
 *
 * <p>Lower case counts as upper case. B is D or N, Z is E or Q, J is I or L, X is any residue, U selenocysteine, O pyrrolysine (IUPAC-IUB).
 * These are symbols of their own, as in the databases; any other character is unknown. The two names {@code <mask>} and {@code <unk>} and
 * the single characters {@code _} (mask) and {@code ?} (unknown) are understood too, so that decoded text can be encoded again.
 */
public record ProteinTokenizer() implements Tokenizer {
    /** The residues in the order of their ids, the first one being id {@link Tokenizer#SPECIALS}. */
    public static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWYBZXJUO";

    /** Number of standard amino acids. */
    public static final int STANDARD = 20;

    private static final byte[] IDS = table();

    private static byte[] table() {
        byte[] ids = new byte[128];
        Arrays.fill(ids, (byte) 4);
        for (int i = 0; i < RESIDUES.length(); i++) {
            char letter = RESIDUES.charAt(i);
            ids[letter] = (byte) (SPECIALS + i);
            ids[Character.toLowerCase(letter)] = (byte) (SPECIALS + i);
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
        return SPECIALS + RESIDUES.length();
    }

    @Override
    public int[] encode(CharSequence text) {
        int[] ids = new int[text.length()];
        int n = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '<' && startsAt(text, i, "<mask>")) {
                ids[n++] = mask();
                i += "<mask>".length() - 1;
            } else if (c == '<' && startsAt(text, i, "<unk>")) {
                ids[n++] = unknown();
                i += "<unk>".length() - 1;
            } else {
                ids[n++] = id(c);
            }
        }
        return Arrays.copyOf(ids, n);
    }

    private static boolean startsAt(CharSequence text, int at, String name) {
        return at + name.length() <= text.length() && name.contentEquals(text.subSequence(at, at + name.length()));
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
        return special(id) ? SpecialTokens.name(id) : String.valueOf(RESIDUES.charAt(id - SPECIALS));
    }

    @Override
    public int replacements() {
        return STANDARD;
    }

    @Override
    public String kind() {
        return "protein";
    }
}
