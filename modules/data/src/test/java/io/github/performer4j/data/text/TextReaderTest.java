package io.github.performer4j.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.Samples;
import io.github.performer4j.data.files.DataFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextReaderTest {
    @TempDir
    Path dir;

    private static int[] symbols(TextReader reader) throws IOException {
        IntStream.Builder all = IntStream.builder();
        try (reader) {
            for (int s = reader.read(); s >= 0; s = reader.read()) {
                all.add(s);
            }
        }
        return all.build().toArray();
    }

    private static TextReader characters(byte[] bytes) {
        return TextReader.characters(new ByteArrayInputStream(bytes), "t.txt");
    }

    @Test
    void codePointsOfEveryWidthSurviveBufferEdges() throws IOException {
        String unit = "aé€𝄞\r\n";
        String text = "x" + unit.repeat(40_000); // 1 + 2 + 3 + 4 bytes, so the edges of buffers fall everywhere
        assertThat(symbols(characters(text.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(text.codePoints().toArray());
    }

    @Test
    void bytesAreBytesAndGzipIsUnpacked() throws IOException {
        Path file = Files.write(dir.resolve("t.txt.gz"), Samples.gzip("aé\n"));
        assertThat(symbols(TextReader.bytes(file))).containsExactly('a', 0xC3, 0xA9, '\n');
        assertThat(symbols(TextReader.characters(file))).containsExactly('a', 'é', '\n');
    }

    @Test
    void aByteOrderMarkIsLeftOutAtTheStartOnly() throws IOException {
        assertThat(symbols(characters("\uFEFFa\uFEFF".getBytes(StandardCharsets.UTF_8))))
                .containsExactly('a', 0xFEFF);
    }

    @Test
    void malformedBytesAreAnErrorWithItsLine() {
        byte[] text = ("first\n".repeat(20_000) + "cafX\n").getBytes(StandardCharsets.UTF_8);
        text[text.length - 2] = (byte) 0xE9; // Latin-1 é
        assertThatThrownBy(() -> symbols(characters(text)))
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith("t.txt:20001: text must be UTF-8; found malformed byte 0xE9")
                .hasMessageContaining("Latin-1");
        assertThatThrownBy(() -> symbols(characters(new byte[] {'a', (byte) 0xC3})))
                .hasMessageContaining("t.txt:1: text must be UTF-8");
        assertThatThrownBy(() -> symbols(characters(new byte[] {'a', '\n', 0})))
                .hasMessageContaining("t.txt:2: text must not hold NUL");
    }

    @Test
    void linesAreCounted() throws IOException {
        TextReader reader = characters("a\nb".getBytes(StandardCharsets.UTF_8));
        assertThat(reader.line()).isEqualTo(1);
        reader.read();
        reader.read();
        assertThat(reader.line()).isEqualTo(2);
    }
}
