package io.github.performer4j.cli.show;

import io.github.performer4j.training.step.RunListener;
import java.io.PrintWriter;

/** What the launcher found out about the terminal: Java 17 cannot tell whether standard error is one. */
public final class Terminal {
    private static final int DEFAULT_COLUMNS = 100;

    private Terminal() {}

    /** Returns whether standard error is a terminal. */
    public static boolean present() {
        return Boolean.getBoolean("performer4j.terminal");
    }

    /**
     * Returns whether results go to a file or another program, which are to have them as they are; only the launcher
     * can tell.
     */
    public static boolean redirected() {
        return "redirected".equals(System.getProperty("performer4j.output"));
    }

    /** Returns a bar on a terminal, plain lines elsewhere. */
    public static RunListener progress(PrintWriter err) {
        if (!present()) {
            return new LineProgress(err);
        }
        int columns = Integer.getInteger("performer4j.columns", 0);
        return new BarProgress(err, columns > 0 ? columns : DEFAULT_COLUMNS);
    }
}
