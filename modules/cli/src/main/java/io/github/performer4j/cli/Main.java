package io.github.performer4j.cli;

import io.github.performer4j.cli.action.Failure;
import io.github.performer4j.cli.action.NameEncoding;
import io.github.performer4j.cli.action.Switches;
import io.github.performer4j.cli.show.LibraryChatter;
import io.github.performer4j.cli.show.Screen;
import io.github.performer4j.cli.show.Terminal;
import io.github.performer4j.gpu.Nd4jCuda;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * Entry point of {@code performer}.
 *
 * <p>Two streams: results go to the real standard output, everything else (progress, notes, errors) to standard error. Libraries that
 * print to {@link System#out}, as SameDiff does, are sent to standard error through {@link LibraryChatter}, so that a program can
 * read the results.
 */
public final class Main {
    /** The command did what it was asked. */
    public static final int OK = CommandLine.ExitCode.OK;

    /** The run failed: not the user's doing. */
    public static final int FAILED = CommandLine.ExitCode.SOFTWARE;

    /** Wrong usage or bad input. */
    public static final int USAGE = CommandLine.ExitCode.USAGE;

    /** Stopped by Ctrl-C; another signal has 128 and its own number. */
    public static final int STOPPED = 130;

    private static final String JAVACPP_LOGGER = "org.bytedeco.javacpp.logger";

    private Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintStream out = utf8(FileDescriptor.out);
        PrintStream err = utf8(FileDescriptor.err);
        System.setErr(err);
        if (System.getProperty(JAVACPP_LOGGER) == null) {
            System.setProperty(JAVACPP_LOGGER, "slf4j"); // else it prints that oneDNN is of another version of its own
        }
        System.setOut(new PrintStream(new LibraryChatter(err), true, StandardCharsets.UTF_8));
        int code = run(out, err, args);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /**
     * Runs one command in this process.
     *
     * @param out receives results
     * @param err receives progress and errors
     * @param args the command line
     * @return {@link #OK}, {@link #FAILED}, {@link #USAGE} or {@link #STOPPED}
     */
    public static int run(PrintStream out, PrintStream err, String... args) {
        CommandLine line = line();
        line.setOut(
                Terminal.redirected()
                        ? new PrintWriter(out, true, StandardCharsets.UTF_8)
                        : new Screen(new OutputStreamWriter(out, StandardCharsets.UTF_8)));
        line.setErr(new Screen(new OutputStreamWriter(err, StandardCharsets.UTF_8)));
        try {
            NameEncoding.check(args);
            Switches.check();
            Nd4jCuda.check();
        } catch (IllegalArgumentException e) {
            return Failure.report(e, line, false);
        }
        return line.execute(args);
    }

    /** Returns the command line with all its commands and rules, its streams not yet set. */
    static CommandLine line() {
        CommandLine line = new CommandLine(new PerformerCommand());
        line.setExpandAtFiles(false); // a prompt may begin with @
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF)); // Screen would show the codes
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(100);
        line.setParameterExceptionHandler(Failure::usage);
        return line;
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
