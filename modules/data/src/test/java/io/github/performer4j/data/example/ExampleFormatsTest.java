package io.github.performer4j.data.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry, and what holds for every format. */
class ExampleFormatsTest {
    @TempDir
    Path dir;

    @Test
    void formatsAreFoundByNameAndEnding() {
        assertThat(ExampleFormats.all())
                .extracting(ExampleFormat::name)
                .containsExactly(
                        "table",
                        "json-lines",
                        "fasta",
                        "lines",
                        "folders",
                        "images-idx",
                        "images-folder",
                        "edge-list",
                        "graph-json",
                        "graphml",
                        "graphs-tu",
                        "mesh",
                        "points",
                        "smiles",
                        "structure");
        assertThat(List.of("a.csv", "b.TSV.gz", "c.jsonl", "d.ndjson.gz", "e.fa", "f.txt", "t10k-images-idx3-ubyte.gz"))
                .extracting(
                        name -> ExampleFormats.of(Path.of(name)).orElseThrow().name())
                .containsExactly("table", "table", "json-lines", "json-lines", "fasta", "lines", "images-idx");
        assertThat(ExampleFormats.of(Path.of("a.png"))).isEmpty();
        assertThatThrownBy(() -> ExampleFormats.named("xml"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "format must be one of [table, json-lines, fasta, lines, folders, images-idx, images-folder,"
                                + " edge-list, graph-json, graphml, graphs-tu, mesh, points, smiles, structure]; format=xml");
    }

    /** An interrupt ends every reader as such, not as a fault of the file, and is still to be seen. */
    @Test
    void interruptsEndReaders() throws IOException {
        Path table = Files.writeString(dir.resolve("t.csv"), "text\na\n");
        Path text = Files.writeString(
                Files.createDirectories(dir.resolve("texts/a")).resolve("t.txt"), "text");
        Path image = Files.createDirectories(dir.resolve("images/a")).resolve("a.png");
        ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY), "png", image.toFile());
        Path graphs = Files.createDirectories(dir.resolve("graphs"));
        for (String name : List.of("nodes.csv", "edges.csv", "SET_A.txt", "SET_graph_indicator.txt")) {
            Files.writeString(graphs.resolve(name), "text\n");
        }
        Map<String, Path> files = new HashMap<>(Map.of(
                "table", table,
                "json-lines", table,
                "fasta", table,
                "lines", table,
                "images-idx", table,
                "folders", text.getParent().getParent(),
                "images-folder", image.getParent().getParent(),
                "edge-list", graphs,
                "graphs-tu", graphs));
        for (String one : List.of("graph-json", "graphml", "mesh", "points", "smiles", "structure")) {
            files.put(one, table);
        }
        ExampleColumns columns =
                ExampleColumns.defaults().withOptions(ReadingOptions.defaults().withUnlabelled("none"));
        assertThat(files).hasSize(ExampleFormats.all().size());
        files.forEach((format, file) -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> Reading.read(format, file, columns))
                    .as(format)
                    .isInstanceOf(ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    /** A format of a user's own. */
    public static final class Mine implements ExampleFormat {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public List<String> endings() {
            return List.of(".mine");
        }

        @Override
        public ExampleReader open(Path file, ExampleColumns columns) throws IOException {
            return ExampleFormats.named("lines").open(file, columns);
        }
    }

    /** Another of the same name as one of ours. */
    public static final class Theirs implements ExampleFormat {
        @Override
        public String name() {
            return "table";
        }

        @Override
        public List<String> endings() {
            return List.of();
        }

        @Override
        public ExampleReader open(Path file, ExampleColumns columns) {
            throw new UnsupportedOperationException("never opened");
        }
    }

    @Test
    void formatsOfOnesOwnAreFound() throws IOException {
        withService(Mine.class, () -> {
            assertThat(ExampleFormats.all())
                    .extracting(ExampleFormat::name)
                    .hasSize(16)
                    .contains("mine");
            assertThat(ExampleFormats.of(Path.of("a.mine.gz")).orElseThrow()).isInstanceOf(Mine.class);
        });
        withService(
                Theirs.class,
                () -> assertThatThrownBy(ExampleFormats::all)
                        .isInstanceOf(ServiceConfigurationError.class)
                        .hasMessage("formats must have names of their own; name=table"));
    }

    private void withService(Class<?> provider, Runnable work) throws IOException {
        Path folder = Files.createDirectories(dir.resolve(provider.getSimpleName() + "/META-INF/services"));
        Files.writeString(folder.resolve(ExampleFormat.class.getName()), provider.getName());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.getParent().getParent().toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            work.run();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
