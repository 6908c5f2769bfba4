package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.MaskedBatching;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedBatchesTest {
    @TempDir
    Path dir;

    private static final DataConfig CONFIG =
            DataConfig.defaults().withMaxTokens(128).withTokensPerBatch(1280);

    private Corpus corpus(List<String> proteins, DataConfig config) throws IOException {
        return Corpus.open(Samples.fasta(dir.resolve("p.fasta"), proteins), config, null);
    }

    /** Binomial counts lie within 4 standard deviations of n·p, which fails by chance once in 16,000. */
    private static void assertShare(long hits, long trials, double p, String what) {
        double sigma = Math.sqrt(trials * p * (1 - p));
        assertThat((double) hits).as(what).isCloseTo(trials * p, within(4 * sigma));
    }

    @Test
    void fifteenPerCentAreLabelledAndCorruptedEightyTenTen() throws IOException {
        List<String> proteins = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            proteins.add(
                    Samples.protein(i, 120)); // long enough that a row without a label is improbable (0.85^120 = 3e-9)
        }
        Corpus corpus = corpus(proteins, CONFIG);
        ProteinTokenizer t = new ProteinTokenizer();
        long labelled = 0;
        long hidden = 0;
        long unchanged = 0;
        long[] replacedBy = new long[t.size()];
        long replaced = 0;
        for (TokenBatch b :
                Samples.all(corpus.batches(Samples.batching(Framing.BOTH), true).open(11, 0))) {
            for (int i = 0; i < b.ids().length; i++) {
                if (b.labels()[i] != Batch.IGNORED) {
                    labelled++;
                    hidden += b.ids()[i] == t.mask() ? 1 : 0;
                    unchanged += b.ids()[i] == b.labels()[i] ? 1 : 0;
                    if (b.ids()[i] != t.mask() && b.ids()[i] != b.labels()[i]) {
                        replaced++;
                        replacedBy[b.ids()[i]]++;
                    }
                }
            }
        }
        assertShare(labelled, 2000 * 120, 0.15, "labelled");
        assertShare(hidden, labelled, 0.8, "hidden");
        assertShare(unchanged, labelled, 0.1 + 0.1 / 20, "unchanged, or replaced by itself");
        assertShare(replaced, labelled, 0.1 * 19 / 20, "replaced by another residue");
        for (int residue = 5; residue < 25; residue++) {
            assertShare(replacedBy[residue], replaced, 1.0 / 20, "replaced by " + t.symbol(residue));
        }
        for (int rare = 25; rare < t.size(); rare++) {
            assertThat(replacedBy[rare]).isZero();
        }
    }

    @Test
    void evaluationShowsNoLabelledToken() throws IOException {
        int mask = new ProteinTokenizer().mask();
        long labelled = 0;
        for (TokenBatch b : Samples.all(corpus(Samples.proteins(5, 200, 90), CONFIG)
                .batches(Samples.batching(Framing.BOTH), false)
                .open(11, 0))) {
            for (int i = 0; i < b.ids().length; i++) {
                if (b.labels()[i] != Batch.IGNORED) {
                    labelled++;
                    assertThat(b.ids()[i]).isEqualTo(mask);
                }
            }
        }
        assertThat(labelled).isGreaterThan(500);
    }

    /** Undoing the corruption must give the sequence back, and the left neighbours must be those of the sequence. */
    @Test
    void labelsAndNeighboursAreTheTrueOnes() throws IOException {
        List<String> proteins = Samples.proteins(3, 97, 120);
        Set<String> expected =
                new HashSet<>(proteins.stream().filter(p -> p.length() > 1).toList());
        ProteinTokenizer t = new ProteinTokenizer();
        Set<String> found = new HashSet<>();
        for (TokenBatch b : Samples.all(
                corpus(proteins, CONFIG).batches(new MaskedBatching(0.5), true).open(2, 1))) {
            for (int row = 0; row < b.batch(); row++) {
                int base = row * b.length();
                if (!b.mask()[base]) {
                    continue;
                }
                int[] truth = new int[b.length()];
                for (int i = 0; i < b.length(); i++) {
                    truth[i] = b.labels()[base + i] != Batch.IGNORED ? b.labels()[base + i] : b.ids()[base + i];
                    if (b.labels()[base + i] != Batch.IGNORED) {
                        assertThat(b.left()[base + i]).isEqualTo(truth[i - 1]);
                    }
                }
                String sequence = t.decode(truth);
                found.add(sequence);
                assertThat(truth[0]).isEqualTo(t.bos());
                assertThat(truth[sequence.length() + 1]).isEqualTo(t.eos());
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void everyRowHasALabelEvenAtATinyRate() throws IOException {
        List<String> proteins = Samples.proteins(4, 200, 30);
        long rows = 0;
        for (TokenBatch b : Samples.all(
                corpus(proteins, CONFIG).batches(new MaskedBatching(1e-9), true).open(2, 1))) {
            for (int row = 0; row < b.batch(); row++) {
                int labels = 0;
                for (int i = 0; i < b.length(); i++) {
                    labels += b.labels()[row * b.length() + i] != Batch.IGNORED ? 1 : 0;
                }
                assertThat(labels).isEqualTo(b.mask()[row * b.length()] ? 1 : 0);
                rows += labels;
            }
        }
        assertThat(rows).isEqualTo(proteins.stream().filter(p -> p.length() > 1).count());
    }

    @Test
    void longProteinsAreCroppedAnewEachEpochAndCutForEvaluation() throws IOException {
        String protein = Samples.protein(1, 1000);
        Corpus corpus = corpus(List.of(protein), CONFIG);
        Batching batching = new MaskedBatching(1e-9);
        Set<String> crops = new HashSet<>();
        for (int epoch = 0; epoch < 50; epoch++) {
            List<String> rows = truths(corpus.batches(batching, true).open(5, epoch));
            assertThat(rows).hasSize(1);
            assertThat(protein).contains(rows.get(0));
            assertThat(rows.get(0).length()).isBetween(127, 128);
            crops.add(rows.get(0));
        }
        assertThat(crops)
                .as("of 50 uniform draws of 875 offsets, 45 are distinct in all but one case of 10,000")
                .hasSizeGreaterThan(44);
        // BOS and 1000 residues and EOS make 7 windows of 128 and one of 106.
        List<String> windows = truths(corpus.batches(batching, false).open(5, 0));
        assertThat(windows).hasSize(8);
        assertThat(String.join(
                        "",
                        windows.stream()
                                .sorted((a, b) -> protein.indexOf(a) - protein.indexOf(b))
                                .toList()))
                .isEqualTo(protein);
    }

    /** 130 residues in their frame have five windows of 128; each is drawn in 100 epochs but once in 10⁹ cases. */
    @Test
    void everyCropOccurs() throws IOException {
        String protein = Samples.protein(1, 130);
        Corpus corpus = corpus(List.of(protein), CONFIG);
        Batching batching = new MaskedBatching(1e-9);
        Set<String> crops = new HashSet<>();
        for (int epoch = 0; epoch < 100; epoch++) {
            crops.addAll(truths(corpus.batches(batching, true).open(5, epoch)));
        }
        assertThat(crops)
                .containsExactlyInAnyOrder(
                        protein.substring(0, 127),
                        protein.substring(0, 128),
                        protein.substring(1, 129),
                        protein.substring(2, 130),
                        protein.substring(3, 130));
    }

    private static List<String> truths(BatchStream stream) throws IOException {
        List<String> rows = new ArrayList<>();
        for (TokenBatch b : Samples.all(stream)) {
            for (int row = 0; row < b.batch(); row++) {
                int[] truth = new int[b.length()];
                for (int i = 0; i < truth.length; i++) {
                    int at = row * b.length() + i;
                    truth[i] = b.labels()[at] != Batch.IGNORED ? b.labels()[at] : b.ids()[at];
                }
                if (b.mask()[row * b.length()]) {
                    rows.add(new ProteinTokenizer().decode(truth));
                }
            }
        }
        return rows;
    }

    @Test
    void sequencesWithNothingToPredictAreDroppedAndCounted() throws IOException {
        Path file = Files.writeString(dir.resolve("d.fasta"), ">none\n>one\nA\n>unknown\n1234\n>good\nACDE\n");
        Corpus corpus = Corpus.open(file, CONFIG, null);
        BatchStream stream =
                corpus.batches(Samples.batching(Framing.BOTH), false).open(1, 0);
        List<TokenBatch> batches = Samples.all(stream);
        assertThat(batches).hasSize(1);
        assertThat(batches.get(0).tokens()).isEqualTo(6);
        assertThat(stream.dropped()).isEqualTo(3);
        assertThat(corpus.dropped()).as("shorter than two tokens").isEqualTo(2);
        assertThat(corpus.unknown()).containsOnlyKeys("1", "2", "3", "4");
    }

    @Test
    void unknownResiduesAreShownButNeverLabelled() throws IOException {
        Path file = Files.writeString(dir.resolve("u.fasta"), ">p\nAC1DE\n");
        for (int epoch = 0; epoch < 20; epoch++) {
            TokenBatch b = Samples.all(Corpus.open(file, CONFIG, null)
                            .batches(new MaskedBatching(0.9), true)
                            .open(1, epoch))
                    .get(0);
            assertThat(b.ids()[3]).isEqualTo(4);
            assertThat(b.labels()[3]).isEqualTo(Batch.IGNORED);
        }
    }
}
