package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures a cell in a process of its own, so that its high-water mark of memory is its own and no cell warms another's caches.
 *
 * @param command program and arguments that measure a cell and print {@link Measurement#toJson}; the cell follows as JSON
 * @param memoryBytes native memory that a cell may take
 */
public record CellProcess(List<String> command, long memoryBytes) {
    private static final double GIB = 1L << 30;
    /** Share of the free memory that a cell may take where nobody said how much. */
    private static final double SHARE = 0.8;
    /** What a cell may take where the system does not tell how much is free. */
    private static final long UNKNOWN_MEMORY = 2L << 30;

    public CellProcess {
        command = List.copyOf(command);
        Rule.that(memoryBytes > 0, "memory must be positive; bytes=" + memoryBytes);
    }

    /** Returns 80% of the memory that is free now, or 2 GiB where the system does not tell. */
    public static long freeMemory() {
        Long available = ProcessMemory.available();
        return available == null ? UNKNOWN_MEMORY : (long) (SHARE * available);
    }

    /**
     * Returns the Java command line for a main class: this process's Java, class path and flags, with room for a cell.
     *
     * @param inherited the JVM flags of this process; memory flags among them are left out
     * @param main name of the main class
     * @param arguments of the main class
     */
    public static List<String> java(List<String> inherited, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        inherited.stream()
                .filter(flag -> !flag.startsWith("-Xm") && !flag.startsWith("-Dorg.bytedeco.javacpp.max"))
                .filter(flag -> !flag.startsWith("-agentlib") && !flag.startsWith("-javaagent"))
                .forEach(command::add);
        // A small heap and one collector thread: the figures are those of native memory and of the operations.
        command.addAll(List.of(
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.maxbytes=0",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(arguments);
        return command;
    }

    /**
     * Measures a cell.
     *
     * @return the measurement, or the reason why there is none: it would not fit in memory, or its process failed
     * @throws IOException if no process can be started
     * @throws InterruptedException if this thread is interrupted; the process is ended then
     */
    public Measurement measure(AttentionCell cell) throws IOException, InterruptedException {
        double needed = MemoryEstimate.bytes(cell);
        if (needed > memoryBytes) {
            return Measurement.none(String.format(
                    Locale.ROOT, "needs about %.1f GiB, %.1f GiB are free", needed / GIB, memoryBytes / GIB));
        }
        Path errors = Files.createTempFile("performer-bench", ".log");
        try {
            List<String> all = new ArrayList<>(command);
            all.add(cell.toJson());
            ProcessBuilder builder = new ProcessBuilder(all).redirectError(errors.toFile());
            builder.environment().put("OMP_NUM_THREADS", Integer.toString(cell.threads()));
            builder.environment().put("OPENBLAS_NUM_THREADS", Integer.toString(cell.threads()));
            Process process = builder.start();
            process.getOutputStream().close();
            return result(process, errors);
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private static Measurement result(Process process, Path errors) throws IOException, InterruptedException {
        Thread end = new Thread(process::destroyForcibly, "performer-bench-end");
        Runtime.getRuntime().addShutdownHook(end); // Ctrl-C leaves no process behind
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            return code == 0 ? Measurement.fromJson(out) : Measurement.none(failure(code, errors));
        } finally {
            process.destroyForcibly();
            try {
                Runtime.getRuntime().removeShutdownHook(end);
            } catch (IllegalStateException e) {
                // This process is ending, and the hook is what ends the other.
            }
        }
    }

    /** Returns the last line that the process wrote, which is the command line's failure message. */
    private static String failure(int code, Path errors) throws IOException {
        String log = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
        String last = log.lines().filter(line -> !line.isBlank()).reduce("no message", (a, b) -> b);
        return "the process failed with code " + code + ": " + last.strip();
    }
}
