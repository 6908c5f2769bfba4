package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.MaskedBatching;
import io.github.performer4j.data.token.BpeTrainer;
import io.github.performer4j.data.token.JsonSamples;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proteins read by tokenizers from files: ESM-2's vocabulary, and a BPE of pieces of proteins. */
class ProteinFileTokensTest {
    @TempDir
    Path dir;

    private Path fasta;
    private Path esm;
    private Path pieces;

    @BeforeEach
    void files() throws IOException {
        List<String> proteins = Samples.proteins(5, 60, 80);
        fasta = Samples.fasta(dir.resolve("p.fasta"), proteins);
        esm = Files.writeString(dir.resolve("esm.json"), JsonSamples.esm2());
        BpeTrainer trainer = new BpeTrainer(BpeTrainer.SPECIALS);
        proteins.forEach(trainer::add);
        pieces = Files.writeString(
                dir.resolve("pieces.json"), trainer.train(400, 2).json());
    }

    private static DataConfig config(Object tokens) {
        return DataConfig.defaults().withTokens(tokens.toString()).withMaxTokens(128);
    }

    private static List<String> names(Corpus corpus) throws IOException {
        List<String> names = new ArrayList<>();
        try (DocumentStream documents = corpus.stream()) {
            for (Document document = documents.next(); document != null; document = documents.next()) {
                names.add(document.name());
            }
        }
        return names;
    }

    @Test
    void rowsHaveTheIdsAndTheFrameOfTheFile() throws IOException {
        Path one = Files.writeString(dir.resolve("one.fasta"), ">a\nmk-\nLAG*\n");
        Corpus corpus = Corpus.open(one, config(esm), null);
        assertThat(corpus.kind()).isEqualTo("protein");
        TokenBatch batch = Samples.all(
                        corpus.batches(new MaskedBatching(0.15), false).open(1, 0))
                .get(0);
        int[] truth = batch.ids().clone();
        for (int i = 0; i < truth.length; i++) {
            truth[i] = batch.labels()[i] == Batch.IGNORED ? truth[i] : batch.labels()[i];
        }
        assertThat(truth).startsWith(0, 20, 15, 4, 5, 6, 2, 1).endsWith(1);
    }

    /** ESM-2's tokens that are not special are the ids 4 to 31, and 32 is the mask; nothing else stands in for a hidden one. */
    @Test
    void aHiddenResidueIsReplacedByAnyOther() throws IOException {
        Corpus corpus = Corpus.open(fasta, config(esm), null);
        Set<Integer> shown = new TreeSet<>();
        for (int epoch = 0; epoch < 20; epoch++) {
            for (TokenBatch batch :
                    Samples.all(corpus.batches(new MaskedBatching(0.9), true).open(1, epoch))) {
                IntStream.range(0, batch.ids().length)
                        .filter(i -> batch.labels()[i] != Batch.IGNORED && batch.labels()[i] != batch.ids()[i])
                        .forEach(i -> shown.add(batch.ids()[i]));
            }
        }
        assertThat(shown)
                .containsExactlyElementsOf(IntStream.rangeClosed(4, 32).boxed().toList());
        assertThat(corpus.tokenizer().replacements()).isEqualTo(28);
    }

    /** Similarity is a matter of residues: the sides are those of our own tokenizer. */
    @ParameterizedTest
    @ValueSource(strings = {"esm.json", "pieces.json"})
    void sidesDoNotDependOnTheTokens(String file) throws IOException {
        Corpus.Split own = Corpus.open(fasta, config("protein"), null).split(0.2, 3);
        Corpus.Split foreign =
                Corpus.open(fasta, config(dir.resolve(file)), null).split(0.2, 3);
        assertThat(foreign.report()).isEqualTo(own.report());
        assertThat(names(foreign.valid())).isNotEmpty().isEqualTo(names(own.valid()));
        assertThat(names(foreign.train())).isEqualTo(names(own.train()));
        assertThat(foreign.valid().tokenizer())
                .isEqualTo(foreign.train().tokenizer())
                .isNotEqualTo(new ProteinTokenizer());
    }

    /** ESM-2 has no J; a digit is no residue for anyone, and counted once. */
    @Test
    void whatIsUnknownIsCountedOnceOrNamesItsLine() throws IOException {
        Path odd = Files.writeString(dir.resolve("odd.fasta"), ">a\nMKLV\n>b\nMJK1LJ\n");
        Corpus corpus = Corpus.open(odd, config(esm), null);
        assertThat(corpus.unknown())
                .containsEntry("J", 2L)
                .containsEntry("1", 1L)
                .hasSize(2);
        Path rare = Files.writeString(dir.resolve("rare.fasta"), ">a\nMKLV\n>b\nMJKLJ\n");
        assertThatThrownBy(() -> Corpus.open(rare, config(esm).withOnUnknown("error"), null)
                        .counts(false))
                .hasMessageContaining("rare.fasta")
                .hasMessageContaining("3")
                .hasMessageContaining("a token must be in the vocabulary; found J");
    }

    @Test
    void nucleotidesAreNoticedAndFormatsAreTold() throws IOException {
        Path dna = Files.writeString(dir.resolve("dna.fasta"), ">a\n" + "ACGT".repeat(30) + "\n");
        assertThat(Corpus.open(dna, config(esm), null).notes())
                .anyMatch(note -> note.contains("looks like nucleotides"));
        Path plain = Files.writeString(dir.resolve("plain"), "no fasta");
        assertThat(Corpus.open(plain, config(pieces), null).kind()).isEqualTo("text");
        Path unnamed = Files.copy(fasta, dir.resolve("unnamed"));
        assertThat(Corpus.open(unnamed, config(pieces), null).kind()).isEqualTo("protein");
        assertThat(Corpus.open(unnamed, config(pieces).withKind("text"), null).kind())
                .isEqualTo("text");
        assertThatThrownBy(() -> config("byte").withKind("protein")).hasMessageContaining("kind=protein, tokens=byte");
    }
}
