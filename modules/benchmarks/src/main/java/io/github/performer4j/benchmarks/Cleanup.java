package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Child processes and a temporary folder, all gone when this is closed or the process is ended, by Ctrl-C too. */
final class Cleanup implements AutoCloseable {
    private final Set<Process> processes = ConcurrentHashMap.newKeySet();
    private final Path folder;
    private final Thread hook = new Thread(this::end, "performer-bench-end");
    private volatile boolean ending;

    Cleanup() throws IOException {
        folder = Files.createTempDirectory("performer-bench-");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Returns the temporary folder. */
    Path folder() {
        return folder;
    }

    void add(Process process) {
        processes.add(process);
    }

    void remove(Process process) {
        processes.remove(process);
    }

    /** Does not return if this process is ending: what fails then fails because of it, and is not worth a message. */
    void parkIfEnding() {
        while (ending) {
            LockSupport.park();
        }
    }

    private void end() {
        ending = true;
        all();
    }

    @Override
    public void close() {
        all();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This process is ending, and the hook does the same.
        }
    }

    private void all() {
        for (Process process : processes) {
            process.destroyForcibly();
            process.onExit().join(); // else it might go on writing to the folder
        }
        delete(folder);
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
