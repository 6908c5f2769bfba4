package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.rows.Padding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Laws of packed rows: the sequences of an epoch, their labels and draws are those of rows of one sequence; where they stand is a function of seed and epoch. */
class PackedBatchesTest {
    private static final int ROW = 97;
    private static final DataConfig CONFIG =
            DataConfig.defaults().withMaxTokens(ROW).withTokensPerBatch(5 * ROW + 1);

    @TempDir
    static Path dir;

    private static Path fasta;

    @BeforeAll
    static void file() throws IOException {
        fasta = Samples.fasta(dir.resolve("p.fasta"), Samples.proteins(5, 2500, 131));
    }

    private static List<Batch> batches(DataConfig config, Framing framing, long seed, long epoch) throws IOException {
        Corpus corpus = Corpus.open(fasta, config.withFraming(framing), null);
        List<Batch> all = new ArrayList<>();
        try (BatchStream stream =
                corpus.batches(Samples.batching(framing), true).open(seed, epoch)) {
            stream.forEachRemaining(all::add);
        }
        return all;
    }

    /** Returns every sequence with its labels and true neighbours, as text, in order of the alphabet. */
    private static List<String> sequences(List<Batch> batches) {
        List<String> all = new ArrayList<>();
        for (Batch batch : batches) {
            int[] numbers = batch.input().sequences();
            boolean[] mask = batch.input().mask();
            for (int from = 0, to; from < mask.length; from = to) {
                to = from + 1;
                while (to < mask.length
                        && to % batch.length() > 0
                        && mask[to] == mask[from]
                        && (numbers == null || numbers[to] == numbers[from])) {
                    to++;
                }
                if (mask[from]) {
                    all.add(Arrays.toString(Arrays.copyOfRange(batch.input().ids(), from, to))
                            + Arrays.toString(Arrays.copyOfRange(batch.label().ids(), from, to))
                            + Arrays.toString(Arrays.copyOfRange(
                                    batch.extras().get(Batch.LEFT).ids(), from, to)));
                }
            }
        }
        return all.stream().sorted().toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"BOTH", "START"})
    void theSequencesOfAnEpochAreThoseOfRowsOfOne(Framing framing) throws IOException {
        List<Batch> packed = batches(CONFIG.withPacking(true), framing, 7, 3);
        List<Batch> plain = batches(CONFIG, framing, 7, 3);
        assertThat(sequences(packed)).hasSizeGreaterThan(2400).isEqualTo(sequences(plain));
        assertThat(packed.stream().mapToDouble(Batch::weight).sum())
                .isEqualTo(plain.stream().mapToDouble(Batch::weight).sum());
        assertThat(packed).hasSizeLessThan(plain.size());
    }

    @ParameterizedTest
    @EnumSource(names = {"BOTH", "START"})
    void rowsAreFullAndNumbered(Framing framing) throws IOException {
        List<Batch> packed = batches(CONFIG.withPacking(true), framing, 7, 0);
        long tokens = 0;
        for (Batch batch : packed) {
            assertThat(batch.input().shape()).containsExactly(5, ROW);
            int[] numbers = batch.input().sequences();
            for (int i = 0; i < numbers.length; i++) {
                int before = i % ROW == 0 ? 0 : numbers[i - 1];
                assertThat(batch.input().mask()[i]).isEqualTo(numbers[i] > 0);
                assertThat(numbers[i]).isIn(before, before + 1, 0);
                assertThat(i % ROW == 0 || before > 0 || numbers[i] == 0).isTrue(); // padding ends a row
            }
            tokens += batch.tokens();
        }
        double padding = 1 - (double) tokens / ((packed.size() - 1) * 5L * ROW); // the last one may have empty rows
        assertThat(padding).isLessThan(0.02);
        assertThat(packed.get(0).longest()).isEqualTo(ROW);
    }

    @Test
    void anEpochIsAPureFunctionOfSeedAndEpoch() throws IOException {
        DataConfig config = CONFIG.withPacking(true);
        List<Batch> first = batches(config, Framing.BOTH, 7, 3);
        assertThat(ids(batches(config, Framing.BOTH, 7, 3))).isEqualTo(ids(first));
        assertThat(ids(batches(config, Framing.BOTH, 7, 4))).isNotEqualTo(ids(first));
        assertThat(ids(batches(config, Framing.BOTH, 8, 3))).isNotEqualTo(ids(first));
        Corpus corpus = Corpus.open(fasta, config, null);
        try (BatchStream stream =
                corpus.batches(Samples.batching(Framing.BOTH), true).open(7, 3)) {
            assertThat(stream.skip(11)).isEqualTo(11);
            assertThat(ids(List.of(stream.next()))).isEqualTo(ids(List.of(first.get(11))));
            assertThat(stream.skip(1000)).isEqualTo(first.size() - 12);
            assertThat(stream.hasNext()).isFalse();
        }
    }

    private static List<List<Integer>> ids(List<Batch> batches) {
        return batches.stream()
                .map(b -> Arrays.stream(b.input().ids()).boxed().toList())
                .toList();
    }

    @Test
    void evaluationHasASequenceARow() throws IOException {
        Corpus packed = Corpus.open(fasta, CONFIG.withPacking(true), null);
        Corpus plain = Corpus.open(fasta, CONFIG, null);
        assertThat(Samples.all(
                        packed.batches(Samples.batching(Framing.BOTH), false).open(1, 0)))
                .isEqualTo(Samples.all(
                        plain.batches(Samples.batching(Framing.BOTH), false).open(1, 0)));
    }

    @Test
    void batchesAreJoinedAndNotCut() throws IOException {
        List<Batch> packed = batches(CONFIG.withPacking(true), Framing.BOTH, 7, 0);
        Batch plain = batches(CONFIG, Framing.BOTH, 7, 0).get(0);
        Batch joined = Batch.join(List.of(packed.get(0), plain));
        assertThat(sequences(List.of(joined))).isEqualTo(sequences(List.of(packed.get(0), plain)));
        assertThatThrownBy(() -> packed.get(0).input().tokens(0, 10))
                .hasMessage("packed rows hold whole sequences and are not cut; from=0, to=10");
    }

    @Test
    void theShippedProteinsFillTheirRows() throws IOException {
        Path proteins = Samples.datasets().resolve("proteins/uniprot-20k.fasta.gz");
        assertThat(Files.exists(proteins)).isTrue();
        Padding padding = Corpus.open(proteins, DataConfig.defaults().withPacking(true), null)
                .padding(Samples.batching(Framing.BOTH), 1);
        assertThat(padding.sequences()).isEqualTo(8192);
        assertThat(padding.packed()).isBetween(0.0, 0.02);
        assertThat(padding.byLength()).isBetween(0.06, 0.12);
        assertThat(padding.line()).contains("% of them is padding, 8.").contains("(the first 8,192 sequences)");
    }
}
