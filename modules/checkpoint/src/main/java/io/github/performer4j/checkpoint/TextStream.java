package io.github.performer4j.checkpoint;

import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens as text while they come: what is certain is given out, what may yet change is held back, which is a character whose bytes are not all there, and what may be the beginning of a stop
 * string. Costs nothing that grows with the text.
 */
final class TextStream {
    private static final char INCOMPLETE = '\uFFFD';

    private final Tokenizer tokenizer;
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private int[] ids = new int[16];
    private int first; // of the tokens that stand before the unread ones, for tokenizers that join their neighbours
    private int read;
    private int length;
    private boolean stopped;

    /**
     * Begins.
     *
     * @param stops strings, none of them empty, at which the text ends; they are no part of it
     */
    TextStream(Tokenizer tokenizer, List<String> stops) {
        this.tokenizer = tokenizer;
        this.stops = stops;
    }

    /**
     * Takes a token.
     *
     * @return more of the text; often empty
     */
    String add(int id) {
        if (length == ids.length) {
            compact();
        }
        ids[length++] = id;
        String text = unread();
        if (text.isEmpty() || text.charAt(text.length() - 1) == INCOMPLETE && length - read < 8) {
            return "";
        }
        first = read;
        read = length;
        return give(text);
    }

    private void compact() {
        int[] rest = Arrays.copyOfRange(ids, first, length);
        ids = Arrays.copyOf(rest, Math.max(16, 2 * rest.length));
        read -= first;
        length -= first;
        first = 0;
    }

    private String unread() {
        String before = tokenizer.decode(Arrays.copyOfRange(ids, first, read));
        String all = tokenizer.decode(Arrays.copyOfRange(ids, first, length));
        return all.length() < before.length() ? "" : all.substring(before.length());
    }

    private String give(String text) {
        held.append(text);
        int end = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            end = at >= 0 && (end < 0 || at < end) ? at : end;
        }
        if (end >= 0) {
            stopped = true;
            held.setLength(end);
            return flush();
        }
        int safe = held.length();
        for (String stop : stops) {
            safe = Math.min(safe, held.length() - overlap(stop));
        }
        String out = held.substring(0, safe);
        held.delete(0, safe);
        return out;
    }

    /** Returns how many of the last characters are the beginning of a stop string. */
    private int overlap(String stop) {
        for (int n = Math.min(stop.length() - 1, held.length()); n > 0; n--) {
            if (stop.startsWith(held.substring(held.length() - n))) {
                return n;
            }
        }
        return 0;
    }

    private String flush() {
        String out = held.toString();
        held.setLength(0);
        return out;
    }

    /** Returns whether a stop string has come. */
    boolean stopped() {
        return stopped;
    }

    /** Ends the text: returns what was held back. */
    String end() {
        if (stopped) {
            return "";
        }
        String rest = give(unread());
        return stopped ? rest : rest + flush();
    }
}
