package io.github.performer4j.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
    @TempDir
    Path dir;

    private static final String TEXT = Samples.protein(1, 5000);

    private String read(byte[] stored) throws IOException {
        Path file = Files.write(dir.resolve("stored"), stored);
        try (InputStream in = InputFiles.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void gzipIsToldByItsMagicBytesNotByTheName() throws IOException {
        assertThat(read(TEXT.getBytes(StandardCharsets.UTF_8))).isEqualTo(TEXT);
        assertThat(read(Samples.gzip(TEXT))).isEqualTo(TEXT);
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read(new byte[] {0x1F})).hasSize(1);
    }

    @Test
    void severalMembersAreOneFile() throws IOException {
        assertThat(read(joined(Samples.gzip("first "), Samples.gzip(TEXT)))).isEqualTo("first " + TEXT);
    }

    @Test
    void everyTruncationOfASingleMemberIsAnError() {
        byte[] whole = Samples.gzip(TEXT);
        for (int length = 2; length < whole.length; length += length < 20 || length > whole.length - 20 ? 1 : 101) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut))
                    .as("cut to %d of %d bytes", length, whole.length)
                    .isInstanceOf(DataFileException.class)
                    .hasMessageContaining("stored: the gzip file is truncated");
        }
    }

    @Test
    void aCutHeaderOfAFurtherMemberAndTrailingBytesAreErrors() {
        byte[] first = Samples.gzip(TEXT);
        byte[] further = Arrays.copyOf(Samples.gzip("more"), 7);
        assertThatThrownBy(() -> read(joined(first, further)))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("no gzip member");
        assertThatThrownBy(() -> read(joined(first, "trailing words".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(DataFileException.class);
    }

    @Test
    void aFlippedBitIsAnError() {
        byte[] damaged = Samples.gzip(TEXT);
        damaged[damaged.length - 6] ^= 1; // the checksum
        assertThatThrownBy(() -> read(damaged))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void missingFilesAndFoldersAreNamed() {
        Path missing = dir.resolve("missing.fasta");
        assertThatThrownBy(() -> InputFiles.open(missing)).hasMessage(missing + ": no such file or folder");
        assertThatThrownBy(() -> InputFiles.open(dir)).hasMessage(dir + ": expected a file; found a folder");
    }

    @Test
    void foldersAreListedRecursivelyInOrderOfNames() throws IOException {
        Files.createDirectories(dir.resolve("b"));
        for (String name : List.of("c.fa", "b/z.FASTA.gz", "b/a.faa", "notes.md", "t.tsv.gz")) {
            Files.createFile(dir.resolve(name));
        }
        assertThat(InputFiles.list(dir, List.of(".fa", ".faa", ".fasta")))
                .containsExactly(dir.resolve("b/a.faa"), dir.resolve("b/z.FASTA.gz"), dir.resolve("c.fa"));
    }

    private static byte[] joined(byte[] a, byte[] b) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(a);
        all.writeBytes(b);
        return all.toByteArray();
    }
}
