package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user hears of a corpus, once and in one line each, whatever is done with it. */
class CorpusNotesTest {
    private static final DataConfig PROTEINS = DataConfig.defaults();
    private static final DataConfig TEXT = PROTEINS.withTokens("character").withFraming(Framing.PACKED);

    @TempDir
    Path dir;

    private List<String> notes(String fasta) throws IOException {
        Path file = Files.writeString(dir.resolve("n.fasta"), fasta);
        List<String> notes = Corpus.open(file, PROTEINS, null).notes();
        assertThat(Corpus.open(file, PROTEINS, null).describe().notes()).isEqualTo(notes);
        assertThat(notes).allMatch(note -> note.startsWith(file + ": ") && !note.contains("\n"));
        return notes.stream()
                .map(note -> note.substring(file.toString().length() + 2))
                .toList();
    }

    @Test
    void properProteinsNeedNoNote() throws IOException {
        assertThat(notes(">a\n" + Samples.protein(1, 90) + "\n>b\n" + Samples.protein(2, 90) + "\n"))
                .isEmpty();
        Path file = Samples.datasets().resolve("proteins/uniprot-queries-500.fasta.gz");
        assertThat(Corpus.open(file, PROTEINS, null).notes()).isEmpty();
    }

    @Test
    void nucleotidesGivenAsProteinsAreSaid() throws IOException {
        String genes = ">g\n" + "ACGTNacgtu".repeat(10) + "\n";
        assertThat(notes(genes)).singleElement().asString().contains("100% of the residues", "looks like nucleotides");
        assertThat(notes(genes + ">p\nMKVLW\n")).singleElement().asString().contains("95% of the residues");
        assertThat(notes(genes + ">p\nMKVLWFHY\n")).as("fewer than 95 of 100").isEmpty();
        assertThat(notes(">short\nGATTACA\n")).as("seven letters prove nothing").isEmpty();
    }

    @Test
    void idsThatRepeatOrAreMissingAreSaid() throws IOException {
        assertThat(notes(">a one\nMKV\n>b\nMKL\n>a two\nMKI\n>a\nMKY\n"))
                .containsExactly("2 of 4 sequences have an id that one before has: a, a");
        assertThat(notes(">a\nMKV\n>\nMKL\n>  \nMKI\n"))
                .containsExactly(
                        "2 of 3 sequences have no id (a header of > alone), called by number: sequence-2, sequence-3");
        try (DocumentStream stream = Corpus.open(dir.resolve("n.fasta"), PROTEINS, null).stream()) {
            assertThat(List.of(
                            stream.next().id(),
                            stream.next().id(),
                            stream.next().id()))
                    .containsExactly("a", "sequence-2", "sequence-3");
        }
    }

    @Test
    void sequencesTooShortForABatchAreCountedAndNamed() throws IOException {
        assertThat(notes(">a\nMKV\n>b\n\n>c\nM\n>d\n>e\n"))
                .containsExactly("4 of 5 sequences have fewer than two tokens, too few to learn from: b, c, d, …");
        Path texts = Files.createDirectory(dir.resolve("texts"));
        Files.writeString(texts.resolve("a.txt"), "a text");
        Files.writeString(texts.resolve("b.txt"), "");
        Corpus corpus = Corpus.open(texts, TEXT, null);
        assertThat(corpus.notes())
                .containsExactly(texts + ": 1 of 2 texts has fewer than two tokens, too few to learn from: b.txt");
        assertThat(corpus.documents()).isEqualTo(2);
        assertThat(corpus.dropped()).isEqualTo(1);
    }

    /** The tokens choose among the files of a folder with both kinds, and what they leave out is said. */
    @Test
    void filesThatAreLeftOutAreSaid() throws IOException {
        Path both = Files.createDirectory(dir.resolve("both"));
        Samples.fasta(both.resolve("p.fasta"), Samples.proteins(1, 9, 50));
        Files.writeString(both.resolve("t.txt"), "some text to read");
        Files.createFile(both.resolve(".DS_Store"));
        Corpus proteins = Corpus.open(both, PROTEINS, null);
        assertThat(proteins.documents()).isEqualTo(9);
        assertThat(proteins.notes()).contains(both + ": left out 2 of 3: .DS_Store, t.txt");
        Corpus text = Corpus.open(both, TEXT, null);
        assertThat(text.tokens()).isEqualTo(17);
        assertThat(text.notes()).containsExactly(both + ": left out 2 of 3: .DS_Store, p.fasta");
    }

    /** A split tells what there is to say of the whole once, and not of each side. */
    @Test
    void theSidesOfASplitTellOnce() throws IOException {
        StringBuilder fasta = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            fasta.append(">same\n").append(Samples.protein(i, 60)).append('\n');
        }
        Path file = Files.writeString(dir.resolve("s.fasta"), fasta + ">empty\n");
        for (boolean read : new boolean[] {false, true}) {
            Corpus corpus = Corpus.open(file, PROTEINS, null);
            if (read) {
                corpus.counts(false); // so that its parts are in memory, without names
            }
            Corpus.Split split = corpus.split(0.1, 1);
            split.train().counts(false);
            split.valid().counts(false);
            assertThat(split.train().notes())
                    .containsExactly(
                            file + ": 29 of 31 sequences have an id that one before has: same, same, same, …",
                            file + ": 1 of 31 sequences has fewer than two tokens, too few to learn from: empty");
            assertThat(split.valid().notes()).isEmpty();
        }
    }

    /** The table of ids grows up to its limit; beyond it, what is in it is still known. */
    @Test
    void idsAreRememberedUpToALimit() {
        IdSet ids = new IdSet(1 << 16);
        for (int i = 0; i < 50_000; i++) {
            assertThat(ids.seen("id" + i)).isFalse();
        }
        assertThat(ids.seen("id0")).isTrue();
        assertThat(ids.seen("id6000")).isTrue();
        assertThat(ids.seen("id49999")).isFalse();
    }
}
