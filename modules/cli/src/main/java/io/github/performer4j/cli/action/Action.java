package io.github.performer4j.cli.action;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share: their common options, their streams, and how a failure becomes one line. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
public abstract class Action implements Callable<Integer> {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of every draw (default: the configuration's, else 1).")
    private Long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results to this file as JSON, too.")
    private Path json;

    @Option(names = "--verbose", description = "Show the stack trace of a failure.")
    private boolean verbose;

    /**
     * Does the work.
     *
     * @return the results for {@code --json}; null if there are none to write
     * @throws IOException for what is wrong with files
     */
    protected abstract ObjectNode run() throws Exception;

    @Override
    public final Integer call() {
        try {
            if (json != null) {
                ResultFile.check(json);
            }
            ObjectNode results = run();
            if (json != null && results != null) {
                ResultFile.write(json, text(results));
            }
            return ExitCode.OK;
        } catch (StopSignal.Stopped e) {
            return e.code();
        } catch (Throwable e) { // LinkageError, too: a machine without ND4J's binary
            return Failure.report(e, spec.commandLine(), verbose);
        }
    }

    /** Returns the stream of results. */
    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Returns the stream of progress and notes. */
    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Returns a new JSON object. */
    protected static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Returns the seed of the command line, or else another. */
    protected final long seed(long otherwise) {
        return seed == null ? otherwise : seed;
    }

    /** Returns whether the command line names a seed. */
    protected final boolean seeded() {
        return seed != null;
    }

    /** Returns the command line as typed, for provenance and messages. */
    protected final ShellCommand command() {
        return new ShellCommand(spec.commandLine().getParseResult().originalArgs());
    }

    /** Returns JSON as {@code --json} writes it, in UTF-8. */
    protected static byte[] text(ObjectNode results) throws IOException {
        return (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(results) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Refuses a file that could not be written at the end, or that {@code --json} names, too.
     *
     * @param option the option that names the file
     */
    protected final void requireResult(String option, Path file) throws IOException {
        ResultFile.check(file);
        if (json != null
                && (json.toAbsolutePath()
                                .normalize()
                                .equals(file.toAbsolutePath().normalize())
                        || Files.exists(json) && Files.exists(file) && Files.isSameFile(json, file))) {
            throw new IllegalArgumentException(
                    "two results need two files; --json=" + json + ", " + option + "=" + file);
        }
    }

    /**
     * Refuses a file as {@link #requireResult} does, and one that is there already.
     *
     * @param option the option that names the file
     * @throws FileAlreadyExistsException if it exists
     */
    protected final void requireNew(String option, Path file) throws IOException {
        requireResult(option, file);
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString(), null, "the file to write exists already");
        }
    }
}
