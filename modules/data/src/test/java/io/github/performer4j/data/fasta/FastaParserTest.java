package io.github.performer4j.data.fasta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.Samples;
import io.github.performer4j.data.files.DataFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastaParserTest {
    @TempDir
    Path dir;

    private static FastaParser parser(String text, boolean strict) {
        return new FastaParser(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "in.fasta", strict);
    }

    private static List<String> read(FastaParser parser) throws IOException {
        List<String> records = new ArrayList<>();
        try (parser) {
            for (FastaRecord r = parser.next(); r != null; r = parser.next()) {
                records.add(r.line() + "|" + r.header() + "|" + r.sequence());
            }
            assertThat(parser.next()).as("the end stays the end").isNull();
        }
        return records;
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void oneFileOfEveryOddity(String endOfLine) throws IOException {
        String text = String.join(
                endOfLine,
                "; a comment before all",
                "",
                ">sp|P1|ONE first protein ",
                "MKV l a",
                ";comment inside",
                "-..acde*",
                "",
                ">two",
                "BZXJUObzxjuo",
                ">empty",
                "  >four",
                "AC>DE");
        assertThat(read(parser(text, false)))
                .containsExactly(
                        "3|sp|P1|ONE first protein|MKVLAACDE", "8|two|BZXJUOBZXJUO", "10|empty|", "11|four|AC?DE");
    }

    @Test
    void idIsTheHeadersFirstWord() {
        assertThat(new FastaRecord("sp|P1|ONE first", new byte[0], 1).id()).isEqualTo("sp|P1|ONE");
    }

    @Test
    void everyWrappingGivesTheSameResidues() throws IOException {
        String protein = Samples.protein(7, 200_003); // longer than the parser's buffer
        for (int width : new int[] {1, 7, 60, 65_535, 65_536, 65_537, 300_000}) {
            StringBuilder text = new StringBuilder(">p\n");
            for (int at = 0; at < protein.length(); at += width) {
                text.append(protein, at, Math.min(protein.length(), at + width)).append('\n');
            }
            assertThat(read(parser(text + ">q\nAC", true)))
                    .as("width %d", width)
                    .hasSize(2)
                    .first()
                    .isEqualTo("1|p|" + protein);
        }
    }

    @Test
    void byteOrderMarkAndGzipAreUnderstood() throws IOException {
        Path file = Files.write(dir.resolve("a.fasta"), Samples.gzip("\uFEFF>p\nACD"));
        assertThat(read(FastaParser.open(file, true))).containsExactly("1|p|ACD");
    }

    @Test
    void unknownLettersAreMaskedAndCountedOrAnErrorWithItsLine() throws IOException {
        String text = ">p\nAC1D\nE1é#\n";
        FastaParser masking = parser(text, false);
        assertThat(masking.next().sequence()).isEqualTo("AC?DE???");
        assertThat(masking.takeUnknown()).isEqualTo(Map.of("1", 2L, "#", 1L, "0xC3", 1L));
        assertThat(masking.takeUnknown()).isEmpty();
        FastaParser strict = parser(text, true);
        assertThatThrownBy(strict::next).hasMessage("in.fasta:2: a residue must be a letter A-Z; found '1'");
    }

    @Test
    void faultyFilesAreOneClearLine() {
        assertFault("", "in.fasta: FASTA must hold at least one record; found none");
        assertFault(" \n;only a comment\n", "in.fasta: FASTA must hold at least one record; found none");
        assertFault(
                "\n\nACDE\n>late\nAC", "in.fasta:3: FASTA must begin with a header (>); found 'A' before any header");
        assertFault(
                "\u0000\u0001\u0002",
                "in.fasta:1: FASTA must be text; found control byte 0x00, so this is a binary file");
        assertFault(
                ">p\nAC\nA\u0000C",
                "in.fasta:3: FASTA must be text; found control byte 0x00, so this is a binary file");
        assertFault(
                ">p\u0007\nAC", "in.fasta:1: FASTA must be text; found control byte 0x07, so this is a binary file");
    }

    private static void assertFault(String text, String message) {
        assertThatThrownBy(() -> read(parser(text, false)))
                .isInstanceOf(DataFileException.class)
                .hasMessage(message);
    }

    @Test
    void aTruncatedGzipIsAnErrorAlthoughEarlierRecordsWereRead() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            text.append(">p")
                    .append(i)
                    .append('\n')
                    .append(Samples.protein(i, 300))
                    .append('\n');
        }
        byte[] whole = Samples.gzip(text.toString());
        Path file = Files.write(dir.resolve("cut.fasta.gz"), Arrays.copyOf(whole, whole.length - 100));
        try (FastaParser parser = FastaParser.open(file, false)) {
            for (int i = 0; i < 300; i++) {
                assertThat(parser.next().header()).isEqualTo("p" + i);
            }
            assertThatThrownBy(() -> {
                        while (parser.next() != null) {
                            // read on
                        }
                    })
                    .isInstanceOf(DataFileException.class)
                    .hasMessageContaining("cut.fasta.gz: the gzip file is truncated");
        }
    }

    @Test
    void anAbsurdlyLongRecordOrHeaderIsAnErrorNotAFullHeap() {
        InputStream endless = new Repeated('A', Long.MAX_VALUE);
        InputStream header = new ByteArrayInputStream(">p\n".getBytes(StandardCharsets.US_ASCII));
        FastaParser residues = new FastaParser(new SequenceInputStream(header, endless), "long.fasta", false);
        assertThatThrownBy(residues::next).hasMessage("long.fasta:2: a record may hold 16777216 residues; found more");
        FastaParser name = new FastaParser(new Repeated('>', Long.MAX_VALUE), "long.fasta", false);
        assertThatThrownBy(name::next).hasMessage("long.fasta:1: a header may hold 1048576 bytes; found more");
    }

    @Test
    void aRecordOfTheLimitIsRead() throws IOException {
        InputStream in = new SequenceInputStream(
                new ByteArrayInputStream(">p\n".getBytes(StandardCharsets.US_ASCII)),
                new Repeated('A', FastaParser.MAX_RESIDUES));
        assertThat(new FastaParser(in, "limit", true).next().residues()).hasSize(FastaParser.MAX_RESIDUES);
    }

    /** The same byte over and over. */
    private static final class Repeated extends InputStream {
        private final int value;
        private long left;

        Repeated(char value, long count) {
            this.value = value;
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? value : -1;
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            int n = (int) Math.min(length, left);
            Arrays.fill(bytes, from, from + n, (byte) value);
            left -= n;
            return n == 0 ? -1 : n;
        }
    }
}
