package io.github.performer4j.data.files;

import java.io.IOException;

/** A file that cannot be read as what it should be. The message is one line: {@code path:line: rule; found …}. */
public final class DataFileException extends IOException {
    /**
     * Names the place and the rule.
     *
     * @param path the file as the user named it
     * @param line line number from 1, or 0 when no line is to blame
     * @param rule what was expected, and what was found
     */
    public DataFileException(String path, long line, String rule) {
        super(path + (line > 0 ? ":" + line : "") + ": " + rule);
    }
}
