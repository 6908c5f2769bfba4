package io.github.performer4j.cli.action;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;

/**
 * The encoding in which Java reads arguments and names of files: the locale's, whatever {@code file.encoding} says. In
 * a container without a locale it is ASCII, everything else arrives as U+FFFD, and a file that is there cannot be
 * named. The launcher chooses a locale; who starts Java without it is told.
 */
public final class NameEncoding {
    private static final char REPLACEMENT = '\uFFFD';

    private NameEncoding() {}

    /**
     * Refuses arguments that did not survive the locale.
     *
     * @throws IllegalArgumentException in one line that names the locale as the cause
     */
    public static void check(String... args) {
        checkRead(encoding(), args);
    }

    static void checkRead(String encoding, String... args) {
        for (String arg : args) {
            if (arg.indexOf(REPLACEMENT) >= 0 && !unicode(encoding)) {
                throw new IllegalArgumentException(reason(encoding) + "; argument=" + arg);
            }
        }
    }

    /** Returns what to say of a path that Java cannot name, or null if the locale is not the reason. */
    static String reason(InvalidPathException e) {
        return unicode(encoding()) ? null : reason(encoding()) + "; path=" + e.getInput();
    }

    private static String reason(String encoding) {
        return "the locale has no letters for this name or text: set LC_ALL to one of UTF-8, such as C.UTF-8; encoding="
                + encoding
                + ", LC_ALL=" + System.getenv("LC_ALL") + ", LC_CTYPE=" + System.getenv("LC_CTYPE") + ", LANG="
                + System.getenv("LANG");
    }

    private static String encoding() {
        return System.getProperty("sun.jnu.encoding", "UTF-8");
    }

    private static boolean unicode(String encoding) {
        try {
            return Charset.forName(encoding).equals(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
