package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Laws of the streams of batches, whatever the framing: purity, skipping, few shapes, same from memory and from disk. */
class BatchesTest {
    @TempDir
    static Path dir;

    private static Path fasta;
    private static Path text;

    @BeforeAll
    static void files() throws IOException {
        fasta = Samples.fasta(dir.resolve("p.fasta"), Samples.proteins(5, 400, 301));
        text = Files.createDirectories(dir.resolve("texts"));
        for (int i = 0; i < 5; i++) {
            Files.writeString(text.resolve("t" + i + ".txt"), Samples.protein(i, 3001 + 997 * i));
        }
    }

    private static Corpus corpus(String tokens, Framing framing, long memory) throws IOException {
        DataConfig config = DataConfig.defaults()
                .withTokens(tokens)
                .withFraming(framing)
                .withMaxTokens(151)
                .withTokensPerBatch(1511)
                .withShuffleWindow(37);
        return Corpus.open(tokens.equals("protein") ? fasta : text, config, null, memory);
    }

    private static final String EVERY_STREAM = """
            protein,   BOTH
            protein,   START
            protein,   PACKED
            character, BOTH
            byte,      START
            character, PACKED
            byte,      PACKED
            """;

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STREAM)
    void anEpochIsAPureFunctionOfSeedAndEpoch(String tokens, Framing framing) throws IOException {
        BatchSource train = corpus(tokens, framing, Long.MAX_VALUE).batches(Samples.batching(framing), true);
        List<TokenBatch> first = Samples.all(train.open(7, 3));
        assertThat(first).hasSizeGreaterThan(5);
        assertThat(Samples.all(train.open(7, 3))).isEqualTo(first);
        assertThat(Samples.all(corpus(tokens, framing, Long.MAX_VALUE)
                        .batches(Samples.batching(framing), true)
                        .open(7, 3)))
                .isEqualTo(first);
        assertThat(Samples.all(train.open(7, 4))).isNotEqualTo(first);
        assertThat(Samples.all(train.open(8, 3))).isNotEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STREAM)
    void evaluationRepeatsItselfWhateverTheEpoch(String tokens, Framing framing) throws IOException {
        BatchSource valid = corpus(tokens, framing, Long.MAX_VALUE).batches(Samples.batching(framing), false);
        assertThat(Samples.all(valid.open(7, 5))).isEqualTo(Samples.all(valid.open(7, 0)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STREAM)
    void skippingEqualsReading(String tokens, Framing framing) throws IOException {
        BatchSource train = corpus(tokens, framing, Long.MAX_VALUE).batches(Samples.batching(framing), true);
        List<TokenBatch> all = Samples.all(train.open(7, 3));
        for (int k = 0; k <= all.size(); k += 3) {
            BatchStream stream = train.open(7, 3);
            assertThat(stream.skip(k)).isEqualTo(k);
            assertThat(Samples.all(stream)).isEqualTo(all.subList(k, all.size()));
        }
        try (BatchStream stream = train.open(7, 3)) {
            assertThat(stream.skip(1L << 40)).isEqualTo(all.size());
            assertThatThrownBy(stream::next).isInstanceOf(java.util.NoSuchElementException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STREAM)
    void memoryAndDiskGiveTheSameBatches(String tokens, Framing framing) throws IOException {
        for (boolean shuffle : new boolean[] {true, false}) {
            assertThat(Samples.all(corpus(tokens, framing, 0)
                            .batches(Samples.batching(framing), shuffle)
                            .open(7, 3)))
                    .isEqualTo(Samples.all(corpus(tokens, framing, Long.MAX_VALUE)
                            .batches(Samples.batching(framing), shuffle)
                            .open(7, 3)));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STREAM)
    void shapesAreFewAndOnlyTheLastBatchIsNotFull(String tokens, Framing framing) throws IOException {
        for (boolean shuffle : new boolean[] {true, false}) {
            List<TokenBatch> batches = Samples.all(corpus(tokens, framing, Long.MAX_VALUE)
                    .batches(Samples.batching(framing), shuffle)
                    .open(7, 3));
            Set<List<Integer>> shapes = new HashSet<>();
            for (TokenBatch b : batches) {
                shapes.add(List.of(b.batch(), b.length()));
                assertThat(b.predicted()).isPositive();
                for (int row = 0; row < b.batch(); row++) {
                    boolean full = b.mask()[row * b.length()];
                    assertThat(full || b.equals(batches.get(batches.size() - 1)))
                            .isTrue();
                }
            }
            assertThat(
                            framing == Framing.PACKED
                                    ? Set.of(List.of(10, 151))
                                    : Set.of(List.of(23, 64), List.of(15, 96), List.of(11, 128), List.of(10, 151)))
                    .containsAll(shapes);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STREAM)
    void labelsAndNeighboursStandOnRealTokensOnly(String tokens, Framing framing) throws IOException {
        Corpus corpus = corpus(tokens, framing, Long.MAX_VALUE);
        Tokenizer t = corpus.tokenizer();
        for (TokenBatch b :
                Samples.all(corpus.batches(Samples.batching(framing), true).open(7, 3))) {
            for (int i = 0; i < b.ids().length; i++) {
                assertThat(b.mask()[i]).isEqualTo(b.ids()[i] != t.pad());
                assertThat(b.left()[i] >= 0).isEqualTo(b.labels()[i] != Batch.IGNORED);
                if (b.labels()[i] != Batch.IGNORED) {
                    assertThat(b.mask()[i]).isTrue();
                    assertThat(!t.special(b.labels()[i]) || (framing != Framing.BOTH && b.labels()[i] == t.eos()))
                            .isTrue();
                }
            }
        }
    }

    /** The counts are taken on what the causal model is evaluated on: adding up (left, label) of all batches gives them again. */
    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STREAM)
    void countsAreThoseOfTheBatches(String tokens, Framing framing) throws IOException {
        Corpus corpus = corpus(tokens, framing, Long.MAX_VALUE);
        TokenCounter counter = new TokenCounter(corpus.tokenizer().size(), Specials.OWN, framing != Framing.BOTH);
        long labelled = 0;
        for (TokenBatch b :
                Samples.all(corpus.batches(Samples.batching(framing), false).open(7, 0))) {
            for (int i = 0; i < b.ids().length; i++) {
                if (b.labels()[i] != Batch.IGNORED) {
                    counter.add(b.left()[i], b.labels()[i]);
                    labelled++;
                }
            }
        }
        TokenCounts counts = corpus.counts(framing != Framing.BOTH);
        if (framing != Framing.BOTH) {
            assertThat(counter.counts()).isEqualTo(counts);
        } else {
            counter.counts()
                    .bigram()
                    .forEach((left, row) -> row.forEach((token, n) -> assertThat(n)
                            .as("labelled pairs occur in the data")
                            .isLessThanOrEqualTo(counts.bigram().get(left).get(token))));
            assertThat((double) labelled / counts.total()).isBetween(0.13, 0.17);
        }
    }

    @Test
    void skippingIsFastEnoughForResume() throws IOException {
        Corpus corpus = corpus("protein", Framing.BOTH, Long.MAX_VALUE);
        BatchSource train = corpus.batches(Samples.batching(Framing.BOTH), true);
        long tokens = corpus.tokens();
        long passed = 0;
        long start = System.nanoTime();
        for (int epoch = 0; epoch < 100; epoch++) {
            try (BatchStream stream = train.open(1, epoch)) {
                stream.skip(Long.MAX_VALUE);
            }
            passed += tokens;
        }
        double perSecond = passed / ((System.nanoTime() - start) / 1e9);
        assertThat(perSecond).as("residues passed over per second").isGreaterThan(2e6);
    }
}
