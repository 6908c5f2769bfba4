package io.github.performer4j.data.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two ways down to characters: a Reader for libraries, and lines. */
class TextFormsTest {
    @TempDir
    Path dir;

    /** Characters of two chars are not torn, wherever the caller's array ends. */
    @Test
    void readersGiveTheText() throws IOException {
        CounterRandom draws = CounterRandom.of(2, 2);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            text.appendCodePoint(draws.nextInt(2) == 0 ? 0x1F600 + draws.nextInt(50) : 'a' + draws.nextInt(26));
        }
        Path file = Files.writeString(dir.resolve("t.txt"), "\uFEFF" + text);
        for (int length : new int[] {1, 2, 3, 7, 4096}) {
            StringBuilder read = new StringBuilder();
            char[] part = new char[length + 2];
            try (Reader reader = new Utf8Reader(file)) {
                for (int n = reader.read(part, 1, length); n >= 0; n = reader.read(part, 1, length)) {
                    assertThat(n).isBetween(1, length);
                    read.append(part, 1, n);
                }
                assertThat(part[0]).isEqualTo((char) 0);
                assertThat(part[length + 1]).isEqualTo((char) 0);
            }
            assertThat(read.toString()).isEqualTo(text.toString());
        }
    }

    /** Whatever ends a line; the JDK's own rule is the oracle. */
    @Test
    void linesAreThoseOfTheJdk() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            CounterRandom draws = CounterRandom.of(seed, 3);
            StringBuilder text = new StringBuilder();
            for (int n = draws.nextInt(20); n > 0; n--) {
                text.append(List.of("a", "\n", "\r", "\r\n", "é").get(draws.nextInt(5)));
            }
            Path file = Files.writeString(dir.resolve("t.txt"), text);
            List<String> lines = new ArrayList<>();
            try (LineReader reader = new LineReader(file)) {
                for (String line = reader.next(); line != null; line = reader.next()) {
                    lines.add(line);
                    assertThat(reader.line()).isEqualTo(lines.size());
                }
                assertThat(reader.next()).isNull();
            }
            assertThat(lines).isEqualTo(text.toString().lines().toList());
        }
    }

    @Test
    void aLineHasALimit() throws IOException {
        Path file = Files.writeString(dir.resolve("t.txt"), "a\n" + "b".repeat(LineReader.MAX_LINE) + "\n");
        try (LineReader reader = new LineReader(file)) {
            reader.next();
            assertThat(reader.next()).hasSize(LineReader.MAX_LINE);
        }
        Files.writeString(file, "a\n" + "b".repeat(LineReader.MAX_LINE + 1));
        try (LineReader reader = new LineReader(file)) {
            reader.next();
            assertThatThrownBy(reader::next)
                    .isInstanceOf(DataFileException.class)
                    .hasMessage(file + ":2: a line may hold 16777216 characters; found more");
        }
    }
}
