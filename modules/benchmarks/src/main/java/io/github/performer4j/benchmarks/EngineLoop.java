package io.github.performer4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * An engine's side of the talk between processes, one line each way: {@code ready <bytes>} once the case is loaded, then
 * {@code check <folder>} → {@code ok}, {@code forward} or {@code backward} → milliseconds, {@code peak} → bytes, {@code quit}.
 *
 * <p>Between lines an engine waits for input and uses no processor. It ends with its input, so that none outlives its parent.
 */
public final class EngineLoop {
    private static final double NANOS_PER_MS = 1e6;

    private EngineLoop() {}

    /** Makes an engine's work. */
    public interface Loader {
        /** Loads the libraries, so that their memory is told apart from the case's. */
        default void prepare() {}

        /** Loads the case. */
        EngineWork load() throws IOException;
    }

    /**
     * Loads, answers, and returns when there is nothing more to answer.
     *
     * @param loader makes the work; {@code ready} tells the memory that is taken before
     * @param in commands
     * @param out answers
     */
    public static void run(Loader loader, InputStream in, PrintWriter out) throws IOException {
        loader.prepare();
        Long start = ProcessMemory.peak();
        EngineWork work = loader.load();
        answer(out, "ready " + (start == null ? 0 : start));
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null && !line.equals("quit"); line = lines.readLine()) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "check" -> {
                    work.check(Path.of(words[1]));
                    answer(out, "ok");
                }
                case "forward" -> answer(out, time(work::forward));
                case "backward" -> answer(out, time(work::backward));
                case "peak" -> {
                    Long peak = ProcessMemory.peak();
                    answer(out, Long.toString(peak == null ? 0 : peak));
                }
                default -> throw new IllegalArgumentException("unknown command of an engine; command=" + line);
            }
        }
    }

    private static String time(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Double.toString((System.nanoTime() - start) / NANOS_PER_MS);
    }

    private static void answer(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
