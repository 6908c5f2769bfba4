package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Closed forms and laws of retrieval; scikit-learn's numbers and all orders of tied candidates are in
 * {@link FiguresGoldenTest}.
 */
class PairFiguresTest {
    @Test
    void perfectAndInvertedPools() {
        int n = 23;
        float[][] perfect = new float[n][n];
        float[][] inverted = new float[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                perfect[i][j] = -Math.abs(i - j);
                inverted[i][j] = i == j ? -1 : j;
            }
        }
        assertThat(of(perfect).figures())
                .hasSize(3)
                .allSatisfy((name, value) -> assertThat(value).isEqualTo(1));
        Expect.close(
                of(inverted).figures(), Map.of("recallAt1", 0.0, "recallAt10", 0.0, "meanReciprocalRank", 1.0 / n));
    }

    /** A collapsed model is worth chance: k/n, and (1 + … + 1/n)/n. */
    @Test
    void aConstantIsChance() {
        int n = 13;
        PairFigures figures = of(new float[n][n]);
        double harmonic = 0;
        for (int r = 1; r <= n; r++) {
            harmonic += 1.0 / r;
        }
        Map<String, Double> found = figures.figures();
        assertThat(found.get("recallAt1")).isCloseTo(1.0 / n, within(Expect.TOLERANCE));
        assertThat(found.get("recallAt10")).isCloseTo(10.0 / n, within(Expect.TOLERANCE));
        assertThat(found.get("meanReciprocalRank")).isCloseTo(harmonic / n, within(Expect.TOLERANCE));
        assertThat(figures.baselines())
                .containsEntry("chanceRecallAt1", found.get("recallAt1"))
                .containsEntry("chanceRecallAt10", found.get("recallAt10"))
                .containsEntry("chanceMeanReciprocalRank", found.get("meanReciprocalRank"));
    }

    @Test
    void embeddingsAreTheirInnerProducts() {
        Random random = new Random(17);
        float[][] queries = whole(random, 11, 5);
        float[][] candidates = whole(random, 11, 5);
        float[][] similarities = new float[11][11];
        for (int i = 0; i < 11; i++) {
            for (int j = 0; j < 11; j++) {
                for (int e = 0; e < 5; e++) {
                    similarities[i][j] += queries[i][e] * candidates[j][e];
                }
            }
        }
        PairFigures figures = new PairFigures();
        figures.addEmbeddings(queries, candidates);
        assertThat(figures.figures()).isEqualTo(of(similarities).figures());
    }

    @Test
    void aPoolOfOneIsAlwaysRight() {
        assertThat(of(new float[1][1]).figures())
                .allSatisfy((name, value) -> assertThat(value).isEqualTo(1));
        assertThat(of(new float[1][1]).baselines())
                .allSatisfy((name, value) -> assertThat(value).isEqualTo(1));
    }

    /** Queries count alike, whatever their pool's size. */
    @Test
    void poolsAddUp() {
        Random random = new Random(18);
        float[][] small = whole(random, 3, 3);
        float[][] large = whole(random, 17, 17);
        PairFigures both = of(small);
        both.addSimilarities(large);
        Expect.close(of(small).plus(of(large)).figures(), both.figures());
        Expect.close(of(small).plus(of(large)).baselines(), both.baselines());
        assertThat(both.count()).isEqualTo(20);
        double mean = (3 * of(small).figures().get("recallAt1")
                        + 17 * of(large).figures().get("recallAt1"))
                / 20;
        assertThat(both.figures().get("recallAt1")).isCloseTo(mean, within(Expect.TOLERANCE));
    }

    @Test
    void refusalsNameRuleAndValues() {
        PairFigures figures = new PairFigures();
        Expect.refused(() -> figures.addSimilarities(new float[0][]), "a pool must have pairs; pairs=0");
        Expect.refused(
                () -> figures.addSimilarities(new float[][] {{1, 2}, {1}}),
                "similarities must be square; rows=2, row=1, columns=1");
        Expect.refused(
                () -> figures.addSimilarities(new float[][] {{Float.NaN}}),
                "similarities must be numbers; row=0, column=0");
        Expect.refused(
                () -> figures.addEmbeddings(new float[2][3], new float[1][3]),
                "there must be a candidate for each query; queries=2, candidates=1");
        Expect.refused(
                () -> figures.addEmbeddings(new float[2][3], new float[][] {{1, 2, 3}, {1}}),
                "embeddings must be of one width; candidate=1, width=1, first=3");
        assertThat(figures.count()).isZero();
        Expect.undefined(3, figures.figures());
        Expect.undefined(3, figures.baselines());
    }

    private static PairFigures of(float[][] similarities) {
        PairFigures figures = new PairFigures();
        figures.addSimilarities(similarities);
        return figures;
    }

    /** Small whole numbers: products are exact, and many are equal. */
    private static float[][] whole(Random random, int rows, int columns) {
        float[][] values = new float[rows][columns];
        Arrays.stream(values).forEach(row -> {
            for (int j = 0; j < columns; j++) {
                row[j] = random.nextInt(5) - 2;
            }
        });
        return values;
    }
}
