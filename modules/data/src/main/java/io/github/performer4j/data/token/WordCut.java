package io.github.performer4j.data.token;

import io.github.performer4j.data.text.TextStretches;
import java.util.List;

/** How text is cut into words, and put together again. Blanks belong to no word in either way. */
enum WordCut {
    /** A word is what stands between blanks. Written with one blank between words. */
    BLANKS {
        @Override
        int end(CharSequence text, int from) {
            int end = from;
            while (end < text.length() && !TextStretches.blank(text.charAt(end))) {
                end++;
            }
            return end;
        }

        @Override
        String join(List<String> words) {
            return String.join(" ", words);
        }
    },

    /**
     * A word is a longest run of letters, digits, marks and {@code _}; one apostrophe or hyphen between two letters or
     * digits ({@code don't}, {@code well-known}) and one point or comma between two digits ({@code 3.14}) belong to it.
     * Every other character is a word of its own. Written without a blank in front of {@code , . ; : ! ? ) ] } % …} and
     * closing quotes, nor behind {@code ( [ {} and opening ones, of which {@code "} is each in turn; what is cut again has
     * the same words.
     */
    PUNCTUATION {
        @Override
        int end(CharSequence text, int from) {
            int end = from + Character.charCount(Character.codePointAt(text, from));
            if (!inWord(Character.codePointAt(text, from))) {
                return end;
            }
            while (end < text.length()) {
                int c = Character.codePointAt(text, end);
                if (!inWord(c) && !joins(text, end)) {
                    break;
                }
                end += Character.charCount(c);
            }
            return end;
        }

        @Override
        String join(List<String> words) {
            StringBuilder text = new StringBuilder();
            boolean open = false; // a straight double quote
            boolean glued = true; // to the word before
            for (String word : words) {
                boolean quote = word.equals(TURNS);
                boolean closing = quote ? open : CLOSING.contains(word);
                text.append(glued || closing ? "" : " ").append(word);
                open ^= quote;
                glued = quote ? open : OPENING.contains(word);
            }
            return text.toString();
        }
    };

    /** The word that opens and closes by turns in {@link #PUNCTUATION}. */
    static final String TURNS = "\"";

    private static final List<String> CLOSING =
            List.of(",", ".", ";", ":", "!", "?", ")", "]", "}", "%", "…", "”", "’", "»");
    private static final List<String> OPENING = List.of("(", "[", "{", "“", "‘", "«");

    /** Returns the end of the word that begins at a place, which is no blank. */
    abstract int end(CharSequence text, int from);

    /** Returns words as text. */
    abstract String join(List<String> words);

    private static boolean inWord(int c) {
        return Character.isLetterOrDigit(c)
                || switch (Character.getType(c)) {
                    case Character.NON_SPACING_MARK,
                            Character.COMBINING_SPACING_MARK,
                            Character.ENCLOSING_MARK,
                            Character.CONNECTOR_PUNCTUATION -> true;
                    default -> false;
                };
    }

    /** Returns whether the character at a place, with a word before it, joins that to what follows. */
    private static boolean joins(CharSequence text, int at) {
        if (at + 1 >= text.length()) {
            return false;
        }
        int before = Character.codePointBefore(text, at);
        int behind = Character.codePointAt(text, at + 1);
        return switch (text.charAt(at)) {
            case '\'', '’', '-' -> Character.isLetterOrDigit(before) && Character.isLetterOrDigit(behind);
            case '.', ',' -> Character.isDigit(before) && Character.isDigit(behind);
            default -> false;
        };
    }
}
