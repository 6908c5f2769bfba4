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
                .hasMessageContaining("truncated");
        assertThatThrownBy(() -> read(joined(first, "trailing words".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(DataFileException.class);
    }

    /** As tapes and block devices leave them; gunzip passes them over. */
    @Test
    void zerosBehindTheLastMemberArePassedOver() throws IOException {
        for (int zeros : new int[] {1, 2, 7, 8, 9, 512, 1 << 16, 200_000}) {
            byte[] padded = joined(Samples.gzip(TEXT), new byte[zeros]);
            assertThat(read(padded)).as("%d zeros", zeros).isEqualTo(TEXT);
            assertThatThrownBy(() -> read(joined(padded, new byte[] {1})))
                    .isInstanceOf(DataFileException.class)
                    .hasMessageContaining("no gzip member");
        }
    }

    /** A member that fills the reader's buffer to its last byte hides what follows from a reader that looks into the buffer only. */
    @Test
    void whatFollowsIsSeenWhereverTheMemberEnds() throws IOException {
        for (int length : new int[] {(1 << 16) - 1, 1 << 16, (1 << 16) + 1}) {
            byte[] member = named(Samples.gzip(TEXT), length);
            assertThat(member).hasSize(length);
            assertThat(read(member)).isEqualTo(TEXT);
            assertThat(read(joined(member, Samples.gzip("more")))).isEqualTo(TEXT + "more");
            assertThat(read(joined(member, new byte[100]))).isEqualTo(TEXT);
            assertThatThrownBy(() -> read(joined(member, "garbage".getBytes(StandardCharsets.UTF_8))))
                    .as("%d bytes", length)
                    .isInstanceOf(DataFileException.class);
        }
    }

    /** A network hands out what has come so far; nothing at hand is not the end. */
    @Test
    void membersThatComeByteByByteAreAllRead() throws IOException {
        InputStream slow =
                new java.io.FilterInputStream(
                        new java.io.ByteArrayInputStream(joined(Samples.gzip("first "), Samples.gzip("second")))) {
                    @Override
                    public int read(byte[] bytes, int from, int length) throws IOException {
                        return super.read(bytes, from, Math.min(1, length));
                    }

                    @Override
                    public int available() {
                        return 0;
                    }
                };
        try (InputStream in = InputFiles.unpack(slow, "slow")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("first second");
        }
    }

    /** Gives a gzip member a file name that makes it so many bytes long. */
    private static byte[] named(byte[] member, int length) {
        byte[] header = Arrays.copyOf(member, 10);
        header[3] |= 8;
        byte[] name = new byte[length - member.length];
        Arrays.fill(name, 0, name.length - 1, (byte) 'n');
        return joined(joined(header, name), Arrays.copyOfRange(member, 10, member.length));
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

    private static byte[] joined(byte[] a, byte[] b) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(a);
        all.writeBytes(b);
        return all.toByteArray();
    }
}
