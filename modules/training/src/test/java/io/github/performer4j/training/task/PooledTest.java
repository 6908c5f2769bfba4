package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** A document's prediction is the mean of its windows', weighted by their tokens. */
class PooledTest {
    /** Rows of documents 4, 4 and 7 with 3, 1 and 2 tokens, and one that only fills up. */
    private static Batch batch(Column labels) {
        boolean[] mask = new boolean[12];
        for (int i : new int[] {0, 1, 2, 3, 6, 7}) {
            mask[i] = true;
        }
        int[] places = {0, 4, 0, 0, 0, 4, 0, 3, 0, 7, 0, 0, 0, 0, 0, 0};
        return Batch.of(Column.ids(new int[12], mask, 0, 4, 3), labels, 3)
                .with(Documents.PLACES, Column.ids(places, null, 0, 4, 4));
    }

    private static final boolean[] REAL = {true, true, true, false};

    @Test
    void windowsAreWeightedByTokens() {
        Batch batch = batch(Column.ids(new int[] {1, 1, 0, 0}, REAL, 0, 4, 1));
        Pooled pooled = new Pooled();
        pooled.add(Pooled.windows(
                Nd4j.createFromArray(new float[][] {{0.2f, 0.8f}, {0.6f, 0.4f}, {0.9f, 0.1f}, {0.5f, 0.5f}}),
                batch,
                null));
        List<float[]> means = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        pooled.each((window, mean) -> {
            means.add(mean);
            labels.add(window.ids()[0]);
        });
        assertThat(labels).containsExactly(1, 0);
        assertThat(means.get(0)).containsExactly(0.3f, 0.7f); // (3·0.2 + 1·0.6) / 4
        assertThat(means.get(1)).containsExactly(0.9f, 0.1f);
    }

    @Test
    void classesAreScoredByDocument() {
        Batch batch = batch(Column.ids(new int[] {1, 1, 0, 0}, REAL, 0, 4, 1));
        ClassScorer scorer = new ClassScorer(new Classification().with(List.of("a", "b"), null));
        scorer.add(scorer.part(
                Nd4j.createFromArray(new float[][] {{0.2f, 0.8f}, {0.6f, 0.4f}, {0.9f, 0.1f}, {0.5f, 0.5f}}), batch));
        Evaluation e = scorer.evaluation();
        assertThat(e.count()).isEqualTo(2);
        assertThat(e.value()).isEqualTo(1);
        assertThat(e.figure("loss"))
                .isCloseTo(-(Math.log(0.7) + Math.log(0.9)) / 2, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(scorer.pictures()).containsOnlyKeys("confusion.png");
        ClassScorer diverged = new ClassScorer(new Classification().with(List.of("a", "b"), null));
        diverged.add(diverged.part(
                Nd4j.createFromArray(new float[][] {{Float.NaN, 1}, {0, 1}, {0, 1}, {0, 1}}), batch));
        assertThat(diverged.evaluation().value()).isNaN();
        assertThatThrownBy(() -> new ClassScorer(new Classification().with(List.of("a", "b"), null)).evaluation())
                .hasMessageContaining("examples=0");
    }

    @Test
    void numbersAreScoredInTheirOwnUnits() {
        Regression task = new Regression(List.of("y"), "mse", 1, List.of(100.0), List.of(10.0));
        Batch batch = batch(Column.floats(new float[] {1, 1, -1, 0}, REAL, 4, 1)); // truths 110 and 90
        NumberScorer scorer = new NumberScorer(task);
        scorer.add(scorer.part(Nd4j.createFromArray(new float[][] {{1}, {0.6f}, {-1.2f}, {9}}), batch));
        Evaluation e = scorer.evaluation();
        assertThat(e.value()).isCloseTo(Math.sqrt((1 + 4) / 2.0), org.assertj.core.data.Offset.offset(1e-5)); // 109, 88
        assertThat(e.baseline("meanValue")).isCloseTo(10, org.assertj.core.data.Offset.offset(1e-9));
    }
}
