package io.github.performer4j.cli.show;

import java.util.Locale;

/**
 * Text of data, models and arguments as a terminal may show it: without a character that moves the cursor, changes
 * colours or the order of what is read. It appears as {@code \\u{1B}}, a carriage return as {@code \\r}.
 */
public final class Printable {
    private Printable() {}

    /**
     * Returns text of several lines: line feeds and tabs stay, and so does what letters of some scripts are joined by.
     */
    static String text(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) { // by char, since a stream may end between the halves of a pair
            char c = text.charAt(i);
            if (c == '\n' || c == '\t' || !steers(c)) {
                shown.append(c);
            } else {
                shown.append(escape(c));
            }
        }
        return shown.toString();
    }

    /**
     * Returns text that must stay in one line, such as a name or a symbol: line feeds, tabs and what nobody sees are
     * escaped, too.
     */
    public static String line(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (steers(c) || unseen(c)) {
                shown.append(escape(c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(Locale.ROOT, "\\u{%02X}", c);
        };
    }

    /**
     * Returns whether a terminal obeys the character rather than shows it: controls, line separators, overrides of the
     * direction of text.
     */
    private static boolean steers(int c) {
        return Character.isISOControl(c)
                || c == '\u2028'
                || c == '\u2029'
                || c >= '\u202A' && c <= '\u202E'
                || c >= '\u2066' && c <= '\u2069';
    }

    private static boolean unseen(int c) {
        int type = Character.getType(c);
        return type == Character.FORMAT || type == Character.SURROGATE || type == Character.UNASSIGNED;
    }
}
