package io.github.performer4j.cli.action;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what went wrong into one line and an exit code.
 *
 * <p>{@code 2} for what the user can mend (usage, values, files), {@code 1} for a run that failed. The stack trace follows only with
 * {@code --verbose}.
 */
public final class Failure {
    private Failure() {}

    /** The command line itself is wrong. */
    public static int usage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String message = e.getCause() instanceof InvalidPathException ? line(e.getCause()) : firstLine(e);
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                message += "; did you mean " + String.join(" or ", near.subList(0, Math.min(2, near.size()))) + "?";
            }
        }
        print(command, message + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
        return ExitCode.USAGE;
    }

    /** A command threw; {@link Action} catches everything, errors of linking included. */
    public static int report(Throwable e, CommandLine command, boolean verbose) {
        print(command, line(e));
        if (verbose) {
            PrintWriter err = command.getErr();
            e.printStackTrace(err);
            err.flush();
        }
        return mendable(e) ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    private static boolean mendable(Throwable e) {
        return e instanceof IllegalArgumentException || e instanceof IOException || e instanceof UncheckedIOException;
    }

    private static String line(Throwable e) {
        if (Backend.missing(e)) {
            return Backend.message();
        }
        String memory = MemoryLimit.line(e);
        if (memory != null) {
            return memory;
        }
        if (e instanceof InvalidPathException path && NameEncoding.reason(path) != null) {
            return NameEncoding.reason(path);
        }
        if (e instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return line(unchecked.getCause());
        }
        if (e instanceof FileSystemException file && file.getReason() == null) {
            return bareFile(file);
        }
        return mendable(e) ? firstLine(e) : "the run failed: " + e.getClass().getSimpleName() + ": " + firstLine(e);
    }

    /** The JDK's own file exceptions carry nothing but the path. */
    private static String bareFile(FileSystemException e) {
        String what = "cannot be used";
        if (e instanceof NoSuchFileException) {
            what = "does not exist";
        } else if (e instanceof FileAlreadyExistsException) {
            what = "exists already";
        } else if (e instanceof AccessDeniedException) {
            what = "may not be opened (permissions)";
        }
        return "the file " + what + "; file=" + e.getFile();
    }

    private static String firstLine(Throwable e) {
        String message = e.getMessage();
        if (message == null || message.isBlank()) {
            return e.getClass().getSimpleName();
        }
        return message.strip().lines().findFirst().orElseThrow();
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println("performer: " + message);
        command.getErr().flush();
    }
}
