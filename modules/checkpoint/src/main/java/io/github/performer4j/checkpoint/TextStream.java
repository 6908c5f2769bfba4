package io.github.performer4j.checkpoint;

import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens as text while they come, behind tokens that stand before: all pieces together are what the new tokens add to
 * the writing of those. What is certain is given out; what may yet change is held back, which is a character whose bytes
 * are not all there, and what may be the beginning of a stop string. Costs nothing that grows with the text.
 */
final class TextStream {
    private static final char INCOMPLETE = '\uFFFD';

    /** So many signs of bytes without a character are no text: some decoders show seven until a second one is whole. */
    private static final int NO_TEXT = 8;

    /** Tokens in which so many are seen: some decoders show three bytes as one. */
    private static final int LOOKED_AT = 3 * NO_TEXT;

    private final Tokenizer tokenizer;
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private int shown; // of the held characters those that were given out before the text was interrupted
    private int[] ids;
    private int length;
    private int whole; // tokens with which a character ended
    private int given; // characters of these tokens that were given out
    private boolean stopped;

    /**
     * Begins.
     *
     * @param stops strings, none of them empty, at which the text ends; they are no part of it
     * @param before [T] the tokens in front, whose text is no part of this one
     */
    TextStream(Tokenizer tokenizer, List<String> stops, int... before) {
        this.tokenizer = tokenizer;
        this.stops = stops;
        ids = context(tokenizer, before);
        length = ids.length;
        whole = length;
        given = written().length();
    }

    /**
     * Returns the last tokens of a text, behind which more are written as behind all: those of its last character. No
     * more, as some decoders show no byte of a row as text while one of them is none.
     */
    static int[] context(Tokenizer tokenizer, int... before) {
        int[] last = {};
        for (int count = 1; count <= Math.min(LOOKED_AT, before.length); count++) {
            last = tokenizer.tail(count, before);
            String text = tokenizer.decode(last);
            if (!text.isEmpty() && text.charAt(0) != INCOMPLETE) {
                break;
            }
        }
        return last;
    }

    /** Returns how many characters of a text stay as they are when more tokens come. */
    static int certain(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == INCOMPLETE) {
            end--;
        }
        return text.length() - end < NO_TEXT ? end : text.length() - 1;
    }

    /** Takes a token whose text was given out before the text was interrupted. */
    void pass(int id) {
        held.append(next(id));
        held.delete(0, held.length() - overlap());
        shown = held.length();
    }

    /**
     * Takes a token.
     *
     * @return more of the text; often empty
     */
    String add(int id) {
        return give(next(id));
    }

    private String next(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, Math.max(16, 2 * length));
        }
        ids[length++] = id;
        String text = written();
        int certain = certain(text);
        if (certain <= given) {
            return "";
        }
        String more = text.substring(given, certain);
        given = certain;
        if (certain == text.length()) {
            keep(length - whole, 0);
            whole = length;
        } else if (length > 2 * LOOKED_AT) {
            keep(LOOKED_AT, text.length() - given);
            whole = 0;
        }
        return more;
    }

    /** Leaves the last tokens, so many characters of which are not given out. */
    private void keep(int count, int rest) {
        ids = tokenizer.tail(count, Arrays.copyOf(ids, length));
        length = ids.length;
        given = written().length() - rest;
    }

    private String written() {
        return tokenizer.decode(Arrays.copyOf(ids, length));
    }

    private String give(String text) {
        held.append(text);
        int end = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop, Math.max(0, shown - stop.length() + 1));
            end = at >= 0 && (end < 0 || at < end) ? at : end;
        }
        if (end >= 0) {
            stopped = true;
            held.setLength(end);
            return out(end);
        }
        return out(held.length() - overlap());
    }

    /** Returns how many of the last characters may be the beginning of a stop string. */
    private int overlap() {
        return stops.stream().mapToInt(this::overlap).max().orElse(0);
    }

    private int overlap(String stop) {
        for (int n = Math.min(stop.length() - 1, held.length()); n > 0; n--) {
            if (stop.startsWith(held.substring(held.length() - n))) {
                return n;
            }
        }
        return 0;
    }

    /** Gives out held characters, but for those that were before. */
    private String out(int to) {
        String out = held.substring(Math.min(shown, to), to);
        held.delete(0, to);
        shown = Math.max(0, shown - to);
        return out;
    }

    /** Returns whether a stop string has come. */
    boolean stopped() {
        return stopped;
    }

    /**
     * Ends the text: returns what was held back.
     *
     * @param forGood whether nothing comes behind it later; else the beginning of a character waits for that
     */
    String end(boolean forGood) {
        if (stopped) {
            return "";
        }
        String text = written();
        String rest = give(forGood && text.length() > given ? text.substring(given) : "");
        return stopped ? rest : rest + out(held.length());
    }
}
