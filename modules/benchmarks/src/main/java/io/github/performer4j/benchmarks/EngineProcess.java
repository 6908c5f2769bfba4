package io.github.performer4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The measuring side of the talk with an engine, see {@link EngineLoop}. */
final class EngineProcess implements AutoCloseable {
    /** After `quit` an engine has this long to end by itself. */
    private static final long PATIENCE_SECONDS = 2;

    /** 128 + SIGKILL, which is how Linux ends a process when memory runs out. */
    private static final int KILLED = 137;

    private static final int REASON_LENGTH = 160;

    private static final String READY = "ready ";

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;
    private final Path log;
    private final Cleanup cleanup;
    private final long startBytes;

    /**
     * Starts an engine and waits until it has loaded its case.
     *
     * @param log receives what it writes to standard error
     * @param cleanup ends the process if this one is ended
     * @throws EngineFailure if it cannot be started or does not become ready
     */
    EngineProcess(EngineCommand command, Path log, Cleanup cleanup) throws EngineFailure {
        this.log = log;
        this.cleanup = cleanup;
        ProcessBuilder builder = new ProcessBuilder(command.command()).redirectError(log.toFile());
        builder.environment().putAll(command.environment());
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new EngineFailure("its program cannot be started: " + e.getMessage());
        }
        cleanup.add(process);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        try {
            String line = answer(READY);
            while (!line.startsWith(READY)) { // what a library writes as it loads
                line = answer(READY);
            }
            startBytes = Long.parseLong(line.substring(READY.length()));
        } catch (EngineFailure e) {
            close();
            throw e;
        }
    }

    /** Returns the high-water mark of its memory before it loaded the case; 0 where the system does not tell. */
    long startBytes() {
        return startBytes;
    }

    /** Has it write its results. */
    void check(Path folder) throws EngineFailure {
        ask("check " + folder);
    }

    /** Returns the milliseconds of one forward pass. */
    double forward() throws EngineFailure {
        return Double.parseDouble(ask("forward"));
    }

    /** Returns the milliseconds of one forward and backward pass. */
    double backward() throws EngineFailure {
        return Double.parseDouble(ask("backward"));
    }

    /** Returns the milliseconds in which it writes tokens behind so many others; see {@link PerformerPytorch}. */
    double generate(int position, int tokens) throws EngineFailure {
        return Double.parseDouble(ask("generate " + position + " " + tokens));
    }

    /** Returns the high-water mark of its memory in bytes; 0 where the system does not tell. */
    long peak() throws EngineFailure {
        return Long.parseLong(ask("peak"));
    }

    private String ask(String command) throws EngineFailure {
        commands.println(command);
        return answer(command);
    }

    private String answer(String command) throws EngineFailure {
        String line = null;
        try {
            line = answers.readLine();
        } catch (IOException e) {
            // a process that is ended closes its stream; its code says more
        }
        if (line != null) {
            return line;
        }
        try {
            int code = process.waitFor();
            cleanup.parkIfEnding();
            String what = command.split(" ")[0];
            throw new EngineFailure(
                    code == KILLED
                            ? what + " was killed, most likely for lack of memory"
                            : what + " failed with code " + code + ": " + lastLine());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineFailure("interrupted");
        }
    }

    /** The last line that it wrote is the failure's message, in Java's command line and in Python alike. */
    private String lastLine() {
        String text = "";
        try {
            text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            // then there is no message
        }
        String last = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING:"))
                .reduce("no message", (a, b) -> b);
        String line = last.strip().replaceFirst("^performer: ", "");
        return line.length() <= REASON_LENGTH ? line : line.substring(0, REASON_LENGTH) + "…";
    }

    /** Ends the process. */
    @Override
    public void close() {
        commands.println("quit");
        commands.close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            process.onExit().join(); // else it might go on writing to the folder
            Thread.currentThread().interrupt();
        }
        cleanup.remove(process);
    }
}
