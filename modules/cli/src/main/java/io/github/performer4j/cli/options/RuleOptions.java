package io.github.performer4j.cli.options;

import io.github.performer4j.checkpoint.Allowed;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What a text may be: one of {@code --allowed}, {@code --words} and {@code --pattern}. */
public final class RuleOptions {
    @Option(
            names = "--allowed",
            paramLabel = "SETS",
            description =
                    "Write one symbol of each set: AC;*;K is A or C, then any, then K. A set is its symbols, * all of them.")
    private String allowed;

    @Option(names = "--words", paramLabel = "F", description = "Write one of the lines of this file.")
    private Path words;

    @Option(
            names = "--pattern",
            paramLabel = "REGEX",
            parameterConsumer = Verbatim.class,
            description = "Write what this regular expression matches as a whole: M[AILV]{3,9}(GG)?K.")
    private String pattern;

    /** Returns whether there is a rule. */
    public boolean any() {
        return allowed != null || words != null || pattern != null;
    }

    /** Refuses two rules. */
    public void check() {
        if ((allowed == null ? 0 : 1) + (words == null ? 0 : 1) + (pattern == null ? 0 : 1) > 1) {
            throw new IllegalArgumentException("a text has one rule, --allowed, --words or --pattern; " + this);
        }
    }

    /**
     * Returns the rule; null for none.
     *
     * @throws IllegalArgumentException if it is none, or the model cannot write it
     * @throws IOException if the file of words cannot be read
     */
    public Allowed rule(Tokenizer tokenizer) throws IOException {
        if (words != null) {
            return Allowed.words(tokenizer, WholeText.read(words).lines().toList());
        }
        if (pattern != null) {
            return Allowed.pattern(tokenizer, pattern);
        }
        return allowed == null ? null : Allowed.places(tokenizer, List.of(allowed.split(";", -1)));
    }

    @Override
    public String toString() {
        return "--allowed=" + allowed + ", --words=" + words + ", --pattern=" + pattern;
    }
}
