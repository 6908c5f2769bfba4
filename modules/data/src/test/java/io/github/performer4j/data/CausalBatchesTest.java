package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.read.ReadInternals;
import io.github.performer4j.data.rows.NextTokenBatching;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CausalBatchesTest {
    @TempDir
    Path dir;

    private static final Tokenizer T = new ProteinTokenizer();

    private static DataConfig config(Framing framing) {
        return DataConfig.defaults().withFraming(framing).withMaxTokens(16).withTokensPerBatch(64);
    }

    private Corpus corpus(Framing framing, String... proteins) throws IOException {
        return Corpus.open(Samples.fasta(dir.resolve("p.fasta"), List.of(proteins)), config(framing), null);
    }

    private static int[] ids(String text) {
        String plain = text.replace("^", "").replace("$", "");
        int[] ids = new int[text.length()];
        int next = 0;
        int[] symbols = T.encode(plain);
        for (int i = 0; i < ids.length; i++) {
            ids[i] = text.charAt(i) == '^' ? T.bos() : text.charAt(i) == '$' ? T.eos() : symbols[next++];
        }
        return ids;
    }

    private static int[] row(int[] array, TokenBatch b, int row, int length) {
        int[] result = new int[length];
        System.arraycopy(array, row * b.length(), result, 0, length);
        return result;
    }

    @Test
    void aSequenceIsARowFromBosToEos() throws IOException {
        TokenBatch b = Samples.all(corpus(Framing.START, "MKVLA")
                        .batches(new NextTokenBatching(), false)
                        .open(1, 0))
                .get(0);
        assertThat(b.batch()).isEqualTo(4);
        assertThat(b.length()).isEqualTo(16);
        assertThat(row(b.ids(), b, 0, 6)).isEqualTo(ids("^MKVLA"));
        assertThat(row(b.labels(), b, 0, 6)).isEqualTo(ids("MKVLA$"));
        assertThat(row(b.left(), b, 0, 6)).isEqualTo(ids("^MKVLA"));
        assertThat(b.tokens()).isEqualTo(6);
        assertThat(b.predicted()).isEqualTo(6);
    }

    @Test
    void aLongSequenceIsCutIntoWindowsThatPredictEachTokenOnce() throws IOException {
        String protein = Samples.protein(1, 37); // 38 tokens to predict: 16 + 16 + 6
        TokenBatch b = Samples.all(corpus(Framing.START, protein)
                        .batches(new NextTokenBatching(), false)
                        .open(1, 0))
                .get(0);
        assertThat(row(b.ids(), b, 0, 16)).isEqualTo(ids("^" + protein.substring(0, 15)));
        assertThat(row(b.labels(), b, 0, 16)).isEqualTo(ids(protein.substring(0, 16)));
        assertThat(row(b.ids(), b, 1, 16)).isEqualTo(ids(protein.substring(15, 31)));
        assertThat(row(b.labels(), b, 1, 16)).isEqualTo(ids(protein.substring(16, 32)));
        assertThat(row(b.labels(), b, 2, 6)).isEqualTo(ids(protein.substring(32) + "$"));
        assertThat(b.predicted()).isEqualTo(38);
    }

    @Test
    void packedDocumentsFollowEachOtherWithEos() throws IOException {
        TokenBatch b = Samples.all(corpus(Framing.PACKED, "MKVLAMKVLA", "CDEFG", "W", "HIKLM")
                        .batches(new NextTokenBatching(), false)
                        .open(1, 0))
                .get(0);
        // One stream: $ MKVLAMKVLA $ CDEFG $ HIKLM $; W is too short.
        assertThat(row(b.ids(), b, 0, 16)).isEqualTo(ids("$MKVLAMKVLA$CDEF"));
        assertThat(row(b.labels(), b, 0, 16)).isEqualTo(ids("MKVLAMKVLA$CDEFG"));
        assertThat(row(b.left(), b, 0, 16)).as("a document's start is BOS").isEqualTo(ids("^MKVLAMKVLA^CDEF"));
        assertThat(row(b.ids(), b, 1, 7)).isEqualTo(ids("G$HIKLM"));
        assertThat(row(b.labels(), b, 1, 7)).isEqualTo(ids("$HIKLM$"));
        assertThat(b.mask()[16 + 7]).isFalse();
    }

    @Test
    void packedTrainingRowsStartAtOffsetsThatDifferByEpoch() throws IOException {
        Path file = Files.writeString(dir.resolve("t.txt"), Samples.protein(1, 5000));
        DataConfig config = config(Framing.PACKED).withTokens("byte");
        Corpus corpus = Corpus.open(file, config, null);
        Set<Long> lengths = new HashSet<>();
        for (int epoch = 0; epoch < 40; epoch++) {
            long predicted = 0;
            for (TokenBatch b :
                    Samples.all(corpus.batches(new NextTokenBatching(), true).open(3, epoch))) {
                predicted += b.predicted();
            }
            assertThat(predicted).isBetween(5001L - 15, 5001L);
            lengths.add(predicted);
        }
        assertThat(lengths).as("all 16 offsets but a few occur in 40 draws").hasSizeGreaterThan(11);
    }

    @Test
    void unseenCharactersAreShownButNotPredictedAndCounted() throws IOException {
        Path file = Files.writeString(dir.resolve("t.txt"), "abXba");
        DataConfig config = config(Framing.START).withTokens("character");
        Corpus corpus = Corpus.open(file, config, new CharacterTokenizer('a', 'b'));
        TokenBatch b = Samples.all(
                        corpus.batches(new NextTokenBatching(), false).open(1, 0))
                .get(0);
        assertThat(row(b.ids(), b, 0, 6)).containsExactly(2, 5, 6, 4, 6, 5);
        assertThat(row(b.labels(), b, 0, 6)).containsExactly(5, 6, -1, 6, 5, 3);
        assertThat(corpus.unknown()).containsOnlyKeys("X").containsValue(1L);
    }

    /** A text longer than a part must read as one document, in every framing. */
    @Test
    void partsOfALongTextJoinWithoutASeam() throws IOException {
        int n = ReadInternals.partOfText() + 333;
        Path file = Files.writeString(dir.resolve("long.txt"), Samples.protein(1, n));
        for (Framing framing : List.of(Framing.START, Framing.PACKED)) {
            DataConfig config = config(framing).withTokens("byte").withMaxTokens(1021);
            Corpus corpus = Corpus.open(file, config, null);
            TokenCounter counter = new TokenCounter(261, Specials.OWN, true);
            List<Integer> starts = new ArrayList<>();
            for (TokenBatch b :
                    Samples.all(corpus.batches(new NextTokenBatching(), false).open(1, 0))) {
                for (int i = 0; i < b.ids().length; i++) {
                    if (b.labels()[i] >= 0) {
                        counter.add(b.left()[i], b.labels()[i]);
                        if (b.left()[i] == T.bos()) {
                            starts.add(i);
                        }
                    }
                }
            }
            assertThat(starts).hasSize(1);
            assertThat(counter.counts().total()).isEqualTo(n + 1);
            assertThat(counter.counts()).isEqualTo(corpus.counts(true));
        }
    }

    /** Whatever the epoch's phase, a stream of any length has something to predict, and one that fits in a row is read whole. */
    @Test
    void textsShorterThanTheWindowAreReadWhole() throws IOException {
        for (int length = 2; length <= 40; length++) {
            Path file = Files.writeString(
                    dir.resolve("short.txt"), "abcdefghij".repeat(4).substring(0, length));
            DataConfig config = config(Framing.PACKED).withTokens("byte");
            for (long epoch = 0; epoch < 20; epoch++) {
                int predicted = 0;
                for (TokenBatch batch : Samples.all(Corpus.open(file, config, null)
                        .batches(new NextTokenBatching(), true)
                        .open(3, epoch))) {
                    predicted += batch.predicted();
                }
                int all = length + 1; // the end is predicted, too
                assertThat(predicted)
                        .as("%d bytes, epoch %d", length, epoch)
                        .isBetween(all <= config.maxTokens() ? all : 1, all);
            }
        }
    }
}
