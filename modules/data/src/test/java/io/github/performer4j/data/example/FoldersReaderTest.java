package io.github.performer4j.data.example;

import static io.github.performer4j.data.example.Reading.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.Samples;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersReaderTest {
    private static final ExampleColumns COLUMNS = ExampleColumns.defaults();

    @TempDir
    Path dir;

    private Path write(String name, String text) throws IOException {
        Path file = dir.resolve("data").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, name.endsWith(".gz") ? Samples.gzip(text) : text.getBytes("UTF-8"));
    }

    @Test
    void theFolderIsTheLabel() throws IOException {
        write("pos/b.txt", "good\nfilm\r\n");
        write("neg/deep/a.txt.gz", "\uFEFFbad é");
        write("pos/a.TXT", "");
        write("pos/notes.md", "no");
        Reading.Read read = Reading.read("folders", dir.resolve("data"), COLUMNS.withLabels("mood"));
        assertThat(read.examples())
                .containsExactly(
                        new Example(1, "neg/deep/a.txt.gz", List.of("bad é"), null, List.of("neg"), null, null, null),
                        new Example(2, "pos/a.TXT", List.of(""), null, List.of("pos"), null, null, null),
                        new Example(3, "pos/b.txt", List.of("good\nfilm\r\n"), null, List.of("pos"), null, null, null));
        assertThat(read.notes()).containsExactly("left out 1 of 4: pos/notes.md");
    }

    @Test
    void filesInTheFolderItselfHaveNoLabels() throws IOException {
        write("a.txt", "x");
        assertThat(Reading.read("folders", dir.resolve("data"), COLUMNS).examples())
                .containsExactly(new Example(1, "a.txt", List.of("x"), null, List.of(), null, null, null));
        write("pos/b.txt", "y");
        refuses(
                "folders",
                dir.resolve("data"),
                COLUMNS,
                "data: every file must lie in a folder named by its class, or none; without=1, first=a.txt");
    }

    @Test
    void faultsNameTheFile() throws IOException {
        Path file = write("pos/a.md", "x");
        refuses(
                "folders",
                dir.resolve("data"),
                COLUMNS,
                "data: the folder must hold files that end with [.txt]; found none");
        refuses("folders", file, COLUMNS, "a.md: expected a folder with a folder for each class; found a file");
        refuses("folders", dir.resolve("none"), COLUMNS, "none: no such file or folder");
        refuses(
                "folders",
                dir.resolve("data"),
                COLUMNS.withLabels("a", "b").withPair("p"),
                "data: this format has no columns to name; columns=[p, a, b]");
        Path large = write("pos/a.txt", "");
        try (BufferedWriter out = Files.newBufferedWriter(large)) {
            String part = "x".repeat(1 << 20) + "\n";
            for (int i = 0; i < 16; i++) {
                out.write(part);
            }
        }
        refuses(
                "folders",
                dir.resolve("data"),
                COLUMNS,
                "data/pos/a.txt:16: a text may hold 16777216 characters; found more");
    }

    @Test
    void plainLines() throws IOException {
        Path file = Files.writeString(dir.resolve("t.txt"), "\uFEFFa\r\n\nb\rc, \"d\"\t\n\n");
        Reading.Read read = Reading.read("lines", file, COLUMNS);
        assertThat(read.examples()).extracting(e -> e.texts().get(0)).containsExactly("a", "", "b", "c, \"d\"\t", "");
        assertThat(read.examples()).extracting(Example::line).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(read.examples().get(4)).isEqualTo(Example.ofText(5, "row-5", ""));
        assertThat(read.notes()).containsExactly("empty lines, each an example of no text: 2");
        assertThat(Reading.read("lines", Files.writeString(file, ""), COLUMNS).examples())
                .isEmpty();
        refuses("lines", file, COLUMNS.withLabels("y"), "t.txt: this format has no columns to name; columns=[y]");
        Files.write(file, new byte[] {'a', '\n', 'b', (byte) 0xC3, '\n'});
        refuses(
                "lines",
                file,
                COLUMNS,
                "t.txt:2: text must be UTF-8; found malformed byte 0xC3"
                        + io.github.performer4j.data.files.TextEncoding.OTHER_ENCODING);
    }
}
