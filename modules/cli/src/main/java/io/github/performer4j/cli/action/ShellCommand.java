package io.github.performer4j.cli.action;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A command line as text that a POSIX shell reads back as the same words. */
public final class ShellCommand {
    /** What no shell takes for anything else; a leading = or ~ is not among it. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*");

    private final List<String> arguments;

    /**
     * Takes the words after the program's name.
     *
     * @param arguments as the shell gave them
     */
    public ShellCommand(List<String> arguments) {
        this.arguments = List.copyOf(arguments);
    }

    /** Returns this command with further options, each left out if it is there already. */
    ShellCommand with(String... options) {
        List<String> more = new ArrayList<>(arguments);
        for (String option : options) {
            if (!more.contains(option)) {
                more.add(option);
            }
        }
        return new ShellCommand(more);
    }

    /** Returns the command with the program's plain name, for provenance. */
    @Override
    public String toString() {
        return text("performer");
    }

    /** Returns the command with the name by which the program was called, to be typed again in the same place. */
    public String toType() {
        return text(System.getProperty("performer4j.command", "performer"));
    }

    private String text(String program) {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(arguments);
        return words.stream().map(ShellCommand::quoted).collect(Collectors.joining(" "));
    }

    /** Returns a word as it is where that is safe, and else in single quotes, in which nothing but a single quote has a meaning. */
    static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
