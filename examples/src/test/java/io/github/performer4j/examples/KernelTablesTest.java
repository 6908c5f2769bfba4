package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.examples.KernelComparison.Line;
import io.github.performer4j.examples.KernelComparison.Score;
import io.github.performer4j.examples.KernelComparison.Split;
import io.github.performer4j.examples.NadarayaWatson.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Regression and classification on a part of their tables. */
class KernelTablesTest {
    private static final Path MOLECULES = Path.of("../datasets/graphs/nci-5k-tpsa.csv.gz");
    private static final Path PROTEINS = Path.of("../datasets/proteins/uniprot-family14.tsv.gz");

    @Test
    void atomsAreCountedFromTheText() {
        assertThat(KernelRegression.counts("CC(=O)[O-]")).containsExactly(2, 0, 2, 1);
        assertThat(KernelRegression.counts("ClC1=CN[15NH2+]C1Br")).containsExactly(5, 2, 0, 1);
        assertThat(KernelRegression.counts("[Na+].c1cc[nH]c1.[C-]#[N]")).containsExactly(6, 2, 0, 2);
        assertThat(KernelRegression.counts("[O-][N+](=O)C=C-C")).containsExactly(3, 1, 2, 2);
    }

    @Test
    void compositionIsSharesOfResiduesAndALength() {
        double[] inputs = KernelClassification.composition("AACX");
        assertThat(inputs).hasSize(21);
        assertThat(inputs[0]).isEqualTo(0.5);
        assertThat(inputs[1]).isEqualTo(0.25);
        assertThat(inputs[20]).isCloseTo(Math.log(4), within(1e-15));
    }

    @Test
    void inputsAreStandardisedByTheTrainingRowsAndCutOff() throws IOException {
        Split split = KernelRegression.molecules(MOLECULES);
        int rows = split.train().x().length
                + split.validation().x().length
                + split.test().x().length;
        assertThat(rows).isEqualTo(4999);
        for (double[] row : split.test().x()) {
            assertThat(row).hasSize(4);
            assertThat(Arrays.stream(row).map(Math::abs).max().orElseThrow()).isLessThanOrEqualTo(3);
        }
    }

    /** Bounded positive features lie between the exact kernel and the mean of all, well apart from either. */
    @Test
    void regressionBeatsTheMean() throws IOException {
        Split split = part(KernelRegression.molecules(MOLECULES), 800, 250);
        Score score = KernelRegression.error(split.train());
        double mean = score.of(everywhere(split), split.test().y());
        List<Line> lines = KernelComparison.of(split, score, only("positive", "oprf", "sderf"), 128, 3);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0).own().score()).isGreaterThan(0.6 * mean); // scores are minus errors
        assertThat(lines.get(1).own().score()).isGreaterThan(mean);
        assertThat(lines.get(2).own().score())
                .isGreaterThan(0.8 * mean)
                .isGreaterThan(lines.get(1).own().score());
        assertThat(lines.get(3).own().score()).isGreaterThan(0.8 * mean);
        assertThat(lines).allMatch(line -> line.own().fallbacks() == 0);
    }

    @Test
    void classificationBeatsTheMostFrequentClass() throws IOException {
        Split split = part(KernelClassification.proteins(PROTEINS), 800, 250);
        double frequent =
                KernelClassification.accuracy(everywhere(split), split.test().y());
        List<Line> lines = KernelComparison.of(split, KernelClassification::accuracy, only("oprf", "sderf"), 128, 3);
        assertThat(lines.get(0).own().score()).isGreaterThan(frequent + 0.1);
        assertThat(lines.get(1).own().score()).isGreaterThan(frequent + 0.03);
        assertThat(lines.get(2).own().score()).isGreaterThan(frequent + 0.03);
    }

    /** Means by a kernel so wide that all rows weigh the same. */
    private static double[][] everywhere(Split split) {
        return NadarayaWatson.exact(split.train(), split.test().x(), 1e6).values();
    }

    private static Map<String, FeatureMap> only(String... names) {
        Map<String, FeatureMap> maps = NadarayaWatson.maps();
        maps.keySet().retainAll(Arrays.asList(names));
        return maps;
    }

    private static Split part(Split split, int train, int others) {
        return new Split(first(split.train(), train), first(split.validation(), others), first(split.test(), others));
    }

    private static Table first(Table table, int rows) {
        return new Table(Arrays.copyOf(table.x(), rows), Arrays.copyOf(table.y(), rows));
    }
}
