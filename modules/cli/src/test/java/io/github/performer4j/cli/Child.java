package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A command in a process of its own, which can be told to end and killed. */
public final class Child implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Path out;
    private final Path err;

    private Child(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts a command; its streams go to files in a folder, which is its working folder too. */
    public static Child start(Path folder, Object... args) throws IOException {
        List<String> words = new ArrayList<>(java());
        words.addAll(Arrays.stream(args).map(Object::toString).toList());
        return of(folder, words);
    }

    /** Starts any program likewise. */
    public static Child of(Path folder, List<String> words) throws IOException {
        Path out = Files.createTempFile(folder, "child", ".out");
        Path err = Files.createTempFile(folder, "child", ".err");
        Process process = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Child(process, out, err);
    }

    /** Returns the words that start the program. */
    public static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-modules", // as this process has: kernels on the Vector API and in plain Java differ in last bits
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
    }

    /** Waits until something holds, and fails if the process ends first. */
    public Child until(String what, Callable<Boolean> holds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!holds.call()) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("%s; %s", what, err())
                    .isTrue();
            Thread.sleep(1);
        }
        return this;
    }

    /** Waits for a text on standard error. */
    public Child untilSaid(String text) throws Exception {
        return until(text, () -> err().contains(text));
    }

    /** Sends a signal by its name, as Ctrl-C (INT) and kill (TERM) do. */
    public Child signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        return this;
    }

    /** Kills the process as a machine does that has no memory left. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits for the end. */
    public int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    public boolean alive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public String out() throws IOException {
        return Files.readString(out);
    }

    public String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
