package io.github.performer4j.data.files;

import java.io.IOException;
import java.util.Locale;

/** A file that cannot be read as what it should be. The message is one line: {@code path:line: rule; found …}; what cannot be printed in it, such as a line break of the file's, stands as {@code \}{@code u000a}. */
public final class DataFileException extends IOException {
    /**
     * Names the place and the rule.
     *
     * @param path the file as the user named it
     * @param line line number from 1, or 0 when no line is to blame
     * @param rule what was expected, and what was found
     */
    public DataFileException(String path, long line, String rule) {
        super(printable(path + (line > 0 ? ":" + line : "") + ": " + rule));
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean plain = !Character.isISOControl(c)
                    && switch (Character.getType(c)) {
                        case Character.FORMAT,
                                Character.LINE_SEPARATOR,
                                Character.PARAGRAPH_SEPARATOR,
                                Character.SURROGATE -> false;
                        default -> true;
                    };
            if (plain) {
                out.appendCodePoint(c);
            } else {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
            }
        });
        return out.toString();
    }
}
