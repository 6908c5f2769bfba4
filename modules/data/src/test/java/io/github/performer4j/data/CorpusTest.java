package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    @TempDir
    Path dir;

    private static final DataConfig PROTEINS = DataConfig.defaults();
    private static final DataConfig TEXT = PROTEINS.withTokens("character").withFraming(Framing.PACKED);

    @Test
    void aFolderStandsForItsFilesInOrderOfNames() throws IOException {
        Samples.fasta(dir.resolve("b.fa"), List.of("MK"));
        Files.write(dir.resolve("a.FASTA.gz"), Samples.gzip(">first\nACD\n"));
        Files.writeString(dir.resolve("table.tsv"), "not\tfasta");
        try (DocumentStream stream = Corpus.open(dir, PROTEINS, null).stream()) {
            Document first = stream.next();
            assertThat(first.name()).isEqualTo("first");
            assertThat(new ProteinTokenizer().decode(first.tokens())).isEqualTo("ACD");
            assertThat(stream.next().id()).isEqualTo("p0");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void formatsAreDetectedByNameThenByContent() throws IOException {
        assertThat(Corpus.detect(Files.writeString(dir.resolve("a.fasta"), "x")))
                .isEqualTo("protein");
        assertThat(Corpus.detect(Files.writeString(dir.resolve("a.txt"), ">x"))).isEqualTo("text");
        assertThat(Corpus.detect(Files.write(dir.resolve("noname"), Samples.gzip("\n >x\nAC"))))
                .isEqualTo("protein");
        assertThat(Corpus.detect(Files.writeString(dir.resolve("prose"), "It is a truth")))
                .isEqualTo("text");
        assertThatThrownBy(() -> Corpus.detect(dir))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("of one kind");
    }

    @Test
    void tokensAndFormatMustGoTogether() throws IOException {
        Path fasta = Samples.fasta(dir.resolve("a.fasta"), List.of("MK"));
        Path text = Files.writeString(dir.resolve("a.txt"), "MK");
        assertThatThrownBy(() -> Corpus.open(fasta, TEXT, null))
                .hasMessageContaining("FASTA needs tokens protein; path=");
        assertThatThrownBy(() -> Corpus.open(text, PROTEINS, null))
                .hasMessageContaining("tokens protein need FASTA; path=");
        assertThatThrownBy(() -> Corpus.open(text, TEXT, new ByteTokenizer()))
                .hasMessage("the tokenizer must be of the configured kind; tokens=character, tokenizer=byte");
    }

    @Test
    void faultyFilesAreRefusedOnOpening() throws IOException {
        assertFault(dir.resolve("none.fasta"), ": no such file or folder");
        assertFault(Files.createDirectory(dir.resolve("empty")), ": the folder must hold ");
        assertFault(Files.createFile(dir.resolve("empty.fasta")), ": FASTA must hold at least one record; found none");
        assertFault(Files.writeString(dir.resolve("late.fasta"), "MKV\n>p\nMK"), ":1: FASTA must begin with a header");
        byte[] garbage = new byte[4096];
        for (int i = 0; i < garbage.length; i++) {
            garbage[i] = (byte) (i * 37 + 11);
        }
        garbage[0] = '>';
        assertFault(Files.write(dir.resolve("garbage.bin"), garbage), "so this is a binary file");
        assertFault(
                Files.write(dir.resolve("short.fasta.gz"), Arrays.copyOf(Samples.gzip(">p\nMKV\n"), 15)), "truncated");
    }

    private static void assertFault(Path path, String message) {
        assertThatThrownBy(() -> Corpus.open(path, PROTEINS, null))
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith(path.toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void laterFaultsShowInThePassOverEverything() throws IOException {
        byte[] whole = Samples.gzip(">p\n" + Samples.protein(1, 300_000) + "\n>q\n" + Samples.protein(2, 90_000));
        Path cut = Files.write(dir.resolve("cut.fasta.gz"), Arrays.copyOf(whole, whole.length - 9));
        Corpus corpus = Corpus.open(cut, PROTEINS, null);
        assertThatThrownBy(() -> corpus.counts(false))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("truncated");
        assertThatThrownBy(() -> corpus.split(0.1, 1)).isInstanceOf(DataFileException.class);
        Path hollow = Files.writeString(dir.resolve("hollow.fasta"), ">p\n>q\n");
        assertThatThrownBy(() -> Corpus.open(hollow, PROTEINS, null).counts(false))
                .hasMessage(hollow + ": a corpus must hold at least one residue; found none");
        Path blank = Files.createFile(dir.resolve("blank.txt"));
        assertThatThrownBy(() -> Corpus.open(blank, TEXT, null).counts(false))
                .hasMessage(blank + ": a corpus must hold at least one character; found none");
    }

    @Test
    void unknownSymbolsFollowThePolicy() throws IOException {
        Path fasta = Files.writeString(dir.resolve("u.fasta"), ">p\nMK\n>q\nM1V?1\n");
        Corpus masked = Corpus.open(fasta, PROTEINS, null);
        assertThat(masked.unknown())
                .containsEntry("1", 2L)
                .containsEntry("?", 1L)
                .hasSize(2);
        assertThat(masked.describe().unknown()).isEqualTo(masked.unknown());
        assertThatThrownBy(() -> Corpus.open(fasta, PROTEINS.withOnUnknown("error"), null)
                        .counts(false))
                .hasMessage(fasta + ":4: a residue must be a letter A-Z; found '1'");
        Path text = Files.writeString(dir.resolve("u.txt"), "ab\nac");
        assertThatThrownBy(() -> Corpus.open(text, TEXT.withOnUnknown("error"), new CharacterTokenizer('a', 'b', '\n'))
                        .counts(false))
                .hasMessage(text + ":2: a character must be in the vocabulary; found U+0063");
    }

    @Test
    void aSmallCorpusIsDescribedExactly() throws IOException {
        Path file = Samples.fasta(dir.resolve("s.fasta"), List.of("AAAA", "CC", "AAAA", "D", "AAAA"));
        CorpusSummary s = Corpus.open(file, PROTEINS, null).describe();
        assertThat(s.documents()).isEqualTo(5);
        assertThat(s.tokens()).isEqualTo(15);
        assertThat(List.of(s.minLength(), s.medianLength(), s.maxLength())).containsExactly(1L, 4L, 4L);
        assertThat(s.meanLength()).isEqualTo(3);
        assertThat(s.lengthQuantiles()).containsEntry("0.25", 2L).containsEntry("0.95", 4L);
        assertThat(new ArrayList<>(s.symbols().keySet())).containsExactly("A", "C", "D");
        assertThat(s.symbols()).containsEntry("A", 12L).containsEntry("C", 2L).containsEntry("D", 1L);
        assertThat(s.exactDuplicates()).isEqualTo(2);
        assertThat(s.dropped()).isEqualTo(1);
        double h = -(12 * Math.log(12 / 15.0) + 2 * Math.log(2 / 15.0) + Math.log(1 / 15.0)) / 15;
        assertThat(s.entropyOrder0()).isCloseTo(h, within(1e-12));
        assertThat(s.entropyOrder1()).as("the neighbours are certain").isZero();
        assertThat(s.toJson().get("exactDuplicates").asLong()).isEqualTo(2);
    }

    /** The floors that the data's description states. */
    @Test
    void realProteinsHaveTheKnownFigures() throws IOException {
        CorpusSummary s = Corpus.open(Samples.datasets().resolve("proteins/uniprot-20k.fasta.gz"), PROTEINS, null)
                .describe();
        assertThat(s.documents()).isEqualTo(20_000);
        assertThat(s.tokens()).isEqualTo(9_055_569);
        assertThat(List.of(s.minLength(), s.medianLength(), s.maxLength())).containsExactly(7L, 345L, 8081L);
        assertThat(s.exactDuplicates()).isEqualTo(1199);
        assertThat(s.entropyOrder0()).isCloseTo(2.8976, within(1e-4));
        assertThat(s.entropyOrder1()).isCloseTo(2.8883, within(1e-4));
    }

    @Test
    void realTextHasTheKnownFigures() throws IOException {
        CorpusSummary s =
                Corpus.open(Samples.datasets().resolve("text"), TEXT, null).describe();
        assertThat(s.documents()).isEqualTo(6);
        assertThat(s.tokens()).isEqualTo(4_025_028);
        assertThat(s.symbols()).hasSize(81);
        assertThat(s.entropyOrder0()).isCloseTo(3.092, within(5e-4));
        assertThat(s.entropyOrder1()).isCloseTo(2.443, within(5e-4));
    }
}
