package io.github.performer4j.data.text;

/**
 * Where a text may be cut so that its stretches, tokenised one by one, give the tokens of the whole.
 *
 * <p>Tokenizers of words split a text at blanks before anything else, but not all do it the same way: a blank may belong to the word behind
 * it, line ends to the full stop in front of them, and of several blanks all but the last are one token unless they end the text. So a
 * stretch ends behind a letter or digit and in front of the blanks that hold a line end, all of which begin the next one. That is exact
 * for BERT's rule and for the patterns of GPT-2, GPT-4 and Llama 3; for Unigram and BPE behind {@code Metaspace} or {@code WhitespaceSplit},
 * where no token holds a blank but at its start, as trainers make them; not for the normaliser that puts a blank in front of each text
 * (Llama 2): there a stretch begins with one blank token more.
 */
public final class TextStretches {
    private TextStretches() {}

    /**
     * Returns the last place where a text may be cut: by the rule; without such a place in front of any line end, then behind a letter in
     * front of any blank, then in front of any blank.
     *
     * @param text the beginning of a longer text
     * @return the place, in Java characters; 0 if there is no blank behind the first character
     */
    public static int lastCut(CharSequence text) {
        int[] found = new int[4]; // by rank: 0 line end and letter, 1 line end, 2 blank and letter, 3 blank
        boolean line = false;
        for (int i = text.length() - 1; i > 0 && found[0] == 0; i--) {
            line &= blank(text.charAt(i));
            line |= lineEnd(text.charAt(i));
            if (blank(text.charAt(i)) && !blank(text.charAt(i - 1))) {
                boolean letter = Character.isLetterOrDigit(Character.codePointBefore(text, i));
                for (int rank = (line ? 0 : 2) + (letter ? 0 : 1); rank < found.length; rank++) {
                    found[rank] = Math.max(found[rank], i);
                }
            }
        }
        for (int cut : found) {
            if (cut > 0) {
                return cut;
            }
        }
        return 0;
    }

    /** Returns whether a character ends a line. */
    public static boolean lineEnd(int c) {
        return c == '\n' || c == '\r';
    }

    /** Returns whether a character is white space. */
    public static boolean blank(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
