package io.github.performer4j.checkpoint;

import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Tells stop strings that may come in a text from those that never do, which would stop nothing: {@code gg} of a model
 * that writes {@code GG}, two blanks where words stand one apart.
 *
 * <p>A string may come if it stands in what some tokens are written as together. Looked at are
 * <ul>
 *   <li>the tokens that the tokenizer reads in it. Their writing need not equal the string, as it may have lost a blank
 *       in front or have got one; it must hold it;
 *   <li>the same tokens behind and in front of one more, each of the vocabulary in turn: for strings that begin or end
 *       with the blank between two words;
 *   <li>the same tokens with a plain word on either side, and in front of that one more token, each of the vocabulary
 *       in turn: a quote that is open closes in the string, as in {@code it." He} with a blank in front;
 *   <li>each token by itself, for a string inside a word. Where the string begins or ends within a word that the
 *       vocabulary does not know so, a word that ends or begins so stands for it.
 * </ul>
 *
 * <p>Tokens that are never drawn, as the mask, write nothing here. Not found, and refused with the part that the
 * vocabulary does not know, is a string that begins or ends within a word where one token cannot stand for the rest of
 * it: of {@code don't} the {@code don'} with words before, or parts of words that the tokenizer reads in pieces only as
 * a whole. Nor is one that needs two quotes of different kinds open in front.
 */
final class StopStrings {
    private static final char INCOMPLETE = '\uFFFD';

    private final Tokenizer tokenizer;
    private final String stop;
    private final EncodedText read;

    private StopStrings(Tokenizer tokenizer, String stop) {
        this.tokenizer = tokenizer;
        this.stop = stop;
        read = tokenizer.read(stop, List.of());
    }

    /**
     * Refuses a string that never comes.
     *
     * @throws IllegalArgumentException in one line, with what the vocabulary does not know of it, or else how its
     *     tokens are written
     */
    static void require(Tokenizer tokenizer, String stop) {
        StopStrings one = new StopStrings(tokenizer, stop);
        if (stop.isEmpty() || !one.comes()) {
            String why = one.read.unknown().isEmpty()
                    ? "spelled=" + one.written(one.read.ids())
                    : "unknown=" + one.read.unknown().keySet();
            throw new IllegalArgumentException(
                    "a stop string must be one that the model can write; stop=" + line(stop + ", " + why));
        }
    }

    /** Returns text as one line. */
    static String line(String text) {
        return text.replace("\n", "\\n").replace("\r", "\\r");
    }

    private boolean comes() {
        int[] ids = read.ids();
        if (drawn(ids) && written(ids).contains(stop)) {
            return true;
        }
        int[] first = ids.clone();
        begin(first);
        end(first);
        int[] last = ids.clone(); // of one unknown word both readings differ
        end(last);
        begin(last);
        int plain = word(any -> !any.isEmpty() && any.codePoints().allMatch(Character::isLetterOrDigit), -1);
        for (int id = 0; id < tokenizer.size(); id++) {
            if (!tokenizer.special(id)
                    && (written(id).contains(stop) || comes(id, plain, first) || comes(id, plain, last))) {
                return true;
            }
        }
        return false;
    }

    /** Looks beside one token, and between plain words (-1 for none) behind it. */
    private boolean comes(int beside, int plain, int... ids) {
        if (!drawn(ids)) {
            return false;
        }
        return written(around(new int[] {beside}, ids, beside)).contains(stop)
                || plain >= 0
                        && written(around(new int[] {beside, plain}, ids, plain))
                                .contains(stop);
    }

    private static int[] around(int[] front, int[] ids, int behind) {
        int[] all = Arrays.copyOf(front, front.length + ids.length + 1);
        System.arraycopy(ids, 0, all, front.length, ids.length);
        all[all.length - 1] = behind;
        return all;
    }

    /** Puts a word that ends so in the place of an unknown first one. */
    private void begin(int... ids) {
        if (ids.length > 0 && ids[0] == tokenizer.specials().unknown()) {
            String part = stop.substring(read.starts()[0], read.ends()[0]);
            ids[0] = word(any -> any.endsWith(part), ids[0]);
        }
    }

    /** Puts a word that begins so in the place of an unknown last one. */
    private void end(int... ids) {
        int last = ids.length - 1;
        if (last >= 0 && ids[last] == tokenizer.specials().unknown()) {
            String part = stop.substring(read.starts()[last], read.ends()[last]);
            ids[last] = word(any -> any.startsWith(part), ids[last]);
        }
    }

    private int word(Predicate<String> rule, int none) {
        for (int id = 0; id < tokenizer.size(); id++) {
            String word = tokenizer.special(id) ? "" : written(id);
            if (word.indexOf(INCOMPLETE) < 0 && rule.test(word)) {
                return id;
            }
        }
        return none;
    }

    private boolean drawn(int... ids) {
        for (int id : ids) {
            if (tokenizer.special(id)) {
                return false;
            }
        }
        return true;
    }

    /** Returns tokens as text, without those that are never drawn. */
    private String written(int... ids) {
        return tokenizer.decode(
                Arrays.stream(ids).filter(id -> !tokenizer.special(id)).toArray());
    }
}
