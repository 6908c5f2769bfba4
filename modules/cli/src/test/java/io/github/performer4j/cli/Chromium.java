package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A headless Chromium. Tests that need one are skipped where there is none, unless {@code PERFORMER4J_BROWSER=required}, as on the build server. */
public final class Chromium {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Path program;
    private final Path folder;

    private Chromium(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /**
     * Finds the browser, or skips the test.
     *
     * @param folder for its profile and pictures
     */
    public static Chromium find(Path folder) {
        for (String path : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            for (String name : NAMES) {
                if (Files.isExecutable(Path.of(path, name))) {
                    return new Chromium(Path.of(path, name), folder);
                }
            }
        }
        assertThat(System.getenv("PERFORMER4J_BROWSER"))
                .as("this machine must have a browser: " + NAMES)
                .isNotEqualTo("required");
        assumeTrue(false, "no " + String.join(", ", NAMES) + " in the PATH");
        throw new AssertionError();
    }

    /** Returns the page's elements after its scripts have run. */
    public String dom(String url) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "dom", ".html");
        run(out, "--dump-dom", url);
        return Files.readString(out);
    }

    /** Takes a picture of the page. */
    public Path picture(String url, int width, int height) throws IOException, InterruptedException {
        Path png = folder.resolve("picture.png");
        run(folder.resolve("log"), "--screenshot=" + png, "--window-size=" + width + "," + height, url);
        return png;
    }

    private void run(Path out, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=6000"));
        command.addAll(List.of(args));
        Path err = folder.resolve("chromium.log");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        Set<ProcessHandle> children = new HashSet<>(); // they write into the profile a little longer than it
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!process.waitFor(100, TimeUnit.MILLISECONDS) && System.nanoTime() < end) {
            process.descendants().forEach(children::add);
        }
        if (process.isAlive()) {
            process.destroyForcibly();
            throw new IOException("the browser did not end; log=" + Files.readString(err, StandardCharsets.UTF_8));
        }
        for (ProcessHandle child : children) {
            child.onExit().completeOnTimeout(child, 10, TimeUnit.SECONDS).join();
        }
        assertThat(process.exitValue()).as("%s", Files.readString(err)).isZero();
    }
}
