package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A peer's jars with native libraries in them, fetched by Maven when they are first needed: they are no part of performer4j, and large.
 *
 * @param peer its name among the engines; {@code <peer>-pom.xml} names the jars
 * @param title what it is called in messages
 * @param news what is fetched, in words
 * @param folder where the jars are kept
 */
record PeerLibraries(String peer, String title, String news, Path folder) {
    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    /** Written last, so that half a download is not taken for a whole one; its content is the pom that was fetched. */
    private static final String DONE = "fetched.xml";

    /** Returns DJL's, in a folder of its own under that of all peers. */
    static PeerLibraries djl(Path peers) {
        return new PeerLibraries("djl", "DJL", "libtorch for DJL (once, about 120 MB)", peers.resolve("djl"));
    }

    /** Returns libtorch's by JavaCPP's presets, in a folder of its own under that of all peers. */
    static PeerLibraries libtorch(Path peers) {
        String news = "libtorch and Intel's MKL, which has a licence of its own (once, about 280 MB)";
        return new PeerLibraries("libtorch", "libtorch", news, peers.resolve("libtorch"));
    }

    /**
     * Returns the class path of the peer, after fetching it if need be.
     *
     * @param notes receives the news of a download
     * @param cleanup ends a download that is interrupted
     * @throws EngineFailure if the system is not supported or Maven fails
     */
    String classPath(Consumer<String> notes, Cleanup cleanup) throws EngineFailure, IOException {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!system.toLowerCase(Locale.ROOT).matches("linux (amd64|x86_64)")) {
            throw new EngineFailure(title + " is measured with libtorch for linux-x86_64 only; system=" + system);
        }
        String pom;
        try (InputStream in = PeerLibraries.class.getResourceAsStream(peer + "-pom.xml")) {
            pom = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Path done = folder.resolve(DONE);
        if (!Files.exists(done) || !Files.readString(done).equals(pom)) {
            fetch(pom, notes, cleanup);
            Files.writeString(done, pom);
        }
        // Not slf4j: this process's own one has a logger beside it, and two would quarrel.
        try (Stream<Path> files = Files.list(folder)) {
            List<String> jars = files.filter(f -> f.toString().endsWith(".jar"))
                    .filter(f -> !f.getFileName().toString().startsWith("slf4j"))
                    .map(Path::toString)
                    .sorted()
                    .toList();
            return String.join(System.getProperty("path.separator"), jars);
        }
    }

    private void fetch(String pom, Consumer<String> notes, Cleanup cleanup) throws EngineFailure, IOException {
        notes.accept("fetching " + news);
        if (Files.exists(folder)) {
            Cleanup.delete(folder);
        }
        Files.createDirectories(folder);
        Path file = Files.writeString(
                Files.createTempDirectory(cleanup.folder(), "maven-").resolve("pom.xml"), pom);
        Path log = folder.resolve("fetch.log");
        int code;
        try {
            Process maven = new ProcessBuilder(
                            "mvn",
                            "-q",
                            "-B",
                            "-f",
                            file.toString(),
                            PLUGIN,
                            "-DoutputDirectory=" + folder.toAbsolutePath())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            cleanup.add(maven);
            maven.getOutputStream().close();
            code = maven.waitFor();
            cleanup.remove(maven);
        } catch (IOException e) {
            throw new EngineFailure(title + " is fetched by Maven, which cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineFailure("interrupted");
        }
        if (code != 0) {
            String first = Files.readString(log)
                    .lines()
                    .filter(l -> l.startsWith("[ERROR]"))
                    .findFirst()
                    .orElse("no message");
            Path kept = Path.of(System.getProperty("java.io.tmpdir"), "performer-" + peer + "-fetch.log");
            Files.move(log, kept, StandardCopyOption.REPLACE_EXISTING);
            throw new EngineFailure(title + " could not be fetched (log: " + kept + "): " + first);
        }
    }
}
