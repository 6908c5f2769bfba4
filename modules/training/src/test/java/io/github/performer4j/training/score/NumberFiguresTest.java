package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Closed forms and laws of figures for numbers; scikit-learn's and SciPy's are in {@link FiguresGoldenTest}. */
class NumberFiguresTest {
    @Test
    void perfectAndInvertedPredictions() {
        float[] truth = {-2, -1, 0, 3};
        assertThat(NumberFigure.of(truth, truth)).isEqualTo(new NumberFigure(0.0, 0.0, 1.0, 1.0, 1.0));
        NumberFigure inverted = NumberFigure.of(truth, new float[] {2, 1, 0, -3});
        assertThat(inverted.r2()).isEqualTo(1 - 4.0); // the mean is 0, so errors are twice as long
        assertThat(inverted.pearson()).isEqualTo(-1);
        assertThat(inverted.spearman()).isEqualTo(-1);
    }

    /** Ranks do not see a monotonous map, Pearson's correlation does not see a linear one. */
    @Test
    void invariances() {
        Random random = new Random(12);
        float[] truth = new float[37];
        float[] prediction = new float[37];
        float[] linear = new float[37];
        float[] cubed = new float[37];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = random.nextInt(17);
            prediction[i] = random.nextInt(17) - 8;
            linear[i] = 100 + 4 * prediction[i];
            cubed[i] = prediction[i] * prediction[i] * prediction[i];
        }
        NumberFigure figure = NumberFigure.of(truth, prediction);
        assertThat(NumberFigure.of(truth, linear).pearson()).isCloseTo(figure.pearson(), within(Expect.TOLERANCE));
        assertThat(NumberFigure.of(truth, cubed).spearman()).isEqualTo(figure.spearman());
        assertThat(NumberFigure.of(prediction, truth).pearson()).isEqualTo(figure.pearson());
        assertThat(NumberFigure.of(truth, cubed).pearson()).isNotCloseTo(figure.pearson(), within(1e-3));
    }

    /** 0.1f has no exact mean of three: constants are told by value. */
    @Test
    void constantsGiveAStatedResult() {
        NumberFigure noTruth = NumberFigure.of(new float[] {0.1f, 0.1f, 0.1f}, new float[] {0, 1, 2});
        assertThat(noTruth.r2()).isNull();
        assertThat(noTruth.pearson()).isNull();
        assertThat(noTruth.spearman()).isNull();
        assertThat(noTruth.mae()).isNotNull();
        NumberFigure noPrediction = NumberFigure.of(new float[] {0, 1, 2}, new float[] {0.1f, 0.1f, 0.1f});
        assertThat(noPrediction.pearson()).isZero();
        assertThat(noPrediction.spearman()).isZero();
        assertThat(noPrediction.r2()).isNegative();
        NumberFigure one = NumberFigure.of(new float[] {1}, new float[] {3});
        assertThat(one).isEqualTo(new NumberFigure(2.0, 2.0, null, null, null));
    }

    @Test
    void meansAreOverDefinedDimensions() {
        NumberFigures figures = NumberFigures.of(3);
        figures.add(new float[] {0, 5, 0}, 0, 5, 1);
        figures.add(new float[] {1, 5, 1}, 1, 6, 1);
        figures.add(new float[] {2, 5, 2}, 2, 5, 1);
        Map<String, Double> found = figures.figures();
        assertThat(found).containsEntry("r2", 0.5);
        assertThat(found.get("pearson")).isCloseTo(0.5, within(Expect.TOLERANCE));
        assertThat(found.get("spearman")).isCloseTo(0.5, within(Expect.TOLERANCE));
        assertThat(found).containsEntry("constantDimensions", 1.0);
        assertThat(found.get("mae")).isCloseTo((0 + 1 / 3.0 + 2 / 3.0) / 3, within(Expect.TOLERANCE));
        assertThat(found.get("rmse"))
                .isCloseTo((0 + Math.sqrt(1 / 3.0) + Math.sqrt(2 / 3.0)) / 3, within(Expect.TOLERANCE));
    }

    @Test
    void theMeanIsTheBaseline() {
        NumberFigures own = NumberFigures.of(1);
        NumberFigures training = NumberFigures.withTraining(3);
        for (float truth : new float[] {-1, 0, 1}) {
            own.add(new float[] {truth}, 7);
            training.add(new float[] {truth}, 7);
        }
        assertThat(own.baselines())
                .containsEntry("meanValueRmse", Math.sqrt(2 / 3.0))
                .containsEntry("meanValueMae", 2 / 3.0)
                .containsEntry("meanValueR2", 0.0)
                .containsEntry("meanValueSpearman", 0.0);
        assertThat(training.baselines()).containsEntry("meanValueMae", 3.0).containsEntry("meanValueR2", 1 - 29 / 2.0);
    }

    /** Bit for bit: nothing is summed before the end. */
    @Test
    void mergedIsWholeAndOrderDoesNotMatter() {
        Random random = new Random(1);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < 71; i++) {
            rows.add(new float[] {random.nextFloat(), random.nextInt(5), random.nextFloat(), random.nextInt(5)});
        }
        NumberFigures whole = of(rows);
        assertThat(of(rows.subList(0, 20)).plus(of(rows.subList(20, 71))).figures())
                .isEqualTo(whole.figures());
        assertThat(of(rows.subList(0, 20)).plus(of(rows.subList(20, 71))).count())
                .isEqualTo(71);
        Collections.shuffle(rows, random);
        of(rows).figures()
                .forEach((name, value) ->
                        assertThat(value).as(name).isCloseTo(whole.figures().get(name), within(Expect.TOLERANCE)));
    }

    @Test
    void noFigureOfNothing() {
        Map<String, Double> found = NumberFigures.of(2).figures();
        assertThat(found.remove("constantDimensions")).isEqualTo(2);
        Expect.undefined(5, found);
        Expect.undefined(5, NumberFigures.of(2).baselines());
    }

    @Test
    void refusalsNameRuleAndValues() {
        NumberFigures figures = NumberFigures.of(2);
        Expect.refused(
                () -> figures.add(new float[] {1, Float.NaN}, 1, 1),
                "truths must be finite, one for each dimension; dimension=1, value=NaN");
        Expect.refused(
                () -> figures.add(new float[] {1, 1}, 1),
                "predictions must be finite, one for each dimension; dimensions=2, values=1");
        Expect.refused(() -> NumberFigures.withTraining(Double.NaN), "means must be finite; dimension=0, mean=NaN");
        Expect.refused(() -> figures.plus(NumberFigures.of(3)), "dimensions must agree; left=2, right=3");
        assertThat(figures.count()).isZero();
    }

    private static NumberFigures of(List<float[]> rows) {
        NumberFigures figures = NumberFigures.of(2);
        rows.forEach(row -> figures.add(new float[] {row[0], row[1]}, row[2], row[3]));
        return figures;
    }
}
