package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.EvaluationAveraging;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.ROC;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Why figures are not the libraries': where one of these fails after an update, that library may do. */
class LibraryTrapsTest {
    /** Truth 0 0 1 2, prediction 0 0 0 2: class 1 has F1 0, so the mean is (4/5 + 0 + 1) / 3. */
    @Test
    void macroF1LeavesOutAClassThatIsNeverRight() {
        Evaluation evaluation = evaluation(3, new int[] {0, 0, 1, 2}, new int[] {0, 0, 0, 2});
        assertThat(evaluation.f1(EvaluationAveraging.Macro)).isCloseTo((0.8 + 1) / 2, within(1e-9));
        assertThat(figures(3, new int[] {0, 0, 1, 2}, new int[] {0, 0, 0, 2}))
                .containsEntry("macroF1", (0.8 + 0 + 1) / 3);
    }

    /** Of three zeros two are found, of two ones one; one guess of each is wrong: F1 is 2/3 and 1/2. */
    @Test
    void twoClassesGetTheF1OfOne() {
        int[] truth = {0, 0, 0, 1, 1};
        int[] predicted = {0, 0, 1, 0, 1};
        assertThat(evaluation(2, truth, predicted).f1()).isCloseTo(0.5, within(1e-9));
        assertThat(figures(2, truth, predicted).get("macroF1"))
                .isCloseTo((2.0 / 3 + 0.5) / 2, within(Expect.TOLERANCE));
    }

    /** R_K by hand: s = 6, right 5, t = (4, 1, 1), p = (5, 1, 0): (30 − 21) / √((36 − 26)(36 − 18)). */
    @Test
    void matthewsIsAMeanOfOneAgainstTheRest() {
        int[] truth = {0, 0, 0, 0, 1, 2};
        int[] predicted = {0, 0, 0, 0, 1, 0};
        double byHand = (5 * 6 - 21) / Math.sqrt((36 - 26) * (36 - 18));
        assertThat(figures(3, truth, predicted).get("matthews")).isCloseTo(byHand, within(Expect.TOLERANCE));
        Evaluation evaluation = evaluation(3, truth, predicted);
        assertThat(Math.abs(evaluation.matthewsCorrelation(EvaluationAveraging.Macro) - byHand))
                .isGreaterThan(0.05);
        assertThat(Math.abs(evaluation.matthewsCorrelation(EvaluationAveraging.Micro) - byHand))
                .isGreaterThan(0.05);
    }

    @Test
    void theExactAreaOfAConstantDependsOnTheOrder() {
        INDArray scores = Nd4j.valueArrayOf(new long[] {4, 1}, 0.5, DataType.DOUBLE);
        ROC positivesFirst = new ROC(0);
        positivesFirst.eval(Nd4j.createFromArray(1.0, 1.0, 0.0, 0.0).reshape(4, 1), scores);
        ROC positivesLast = new ROC(0);
        positivesLast.eval(Nd4j.createFromArray(0.0, 0.0, 1.0, 1.0).reshape(4, 1), scores);
        assertThat(positivesFirst.calculateAUC()).isNotEqualTo(0.5);
        assertThat(positivesLast.calculateAUC()).isNotEqualTo(0.5).isNotEqualTo(positivesFirst.calculateAUC());
        assertThat(Ranking.area(new float[] {0.5f, 0.5f, 0.5f, 0.5f}, i -> i < 2, null))
                .isEqualTo(0.5);
    }

    /** Truth m + (0, 1, 2, 3), prediction m + (0, 1, 2, 2): R² is 1 − 1/5, whatever m. */
    @Test
    void rSquaredFarFromZeroIsNonsense() {
        float[] truth = {30_000, 30_001, 30_002, 30_003};
        float[] prediction = {30_000, 30_001, 30_002, 30_002};
        RegressionEvaluation evaluation = new RegressionEvaluation(1);
        evaluation.eval(
                Nd4j.createFromArray(truth).reshape(4, 1),
                Nd4j.createFromArray(prediction).reshape(4, 1));
        assertThat(Math.abs(evaluation.rSquared(0) - 0.8)).isGreaterThan(0.01);
        assertThat(NumberFigure.of(truth, prediction).r2()).isEqualTo(0.8);
    }

    /** x = (−1, 0, 1), y = (1, −2, 1) + ε x: r = 2ε / √(2 (6 + 2ε²)), about 5.8e-10 for ε = 1e-9. */
    @Test
    void aSmallCorrelationIsLostInASquare() {
        double e = 1e-9;
        double byHand = 2 * e / Math.sqrt(2 * (6 + 2 * e * e));
        double found = new PearsonsCorrelation().correlation(new double[] {-1, 0, 1}, new double[] {1 - e, -2, 1 + e});
        assertThat(Math.abs(found - byHand)).isGreaterThan(0.5 * byHand);
        assertThat(new PearsonsCorrelation().correlation(new double[] {1, 1, 1}, new double[] {1, 2, 3}))
                .isNaN();
        float small = 0x1p-30f;
        NumberFigure own = NumberFigure.of(new float[] {-1, 0, 1, 0}, new float[] {-small, 1, small, -1});
        assertThat(own.pearson()).isCloseTo(2 * small / Math.sqrt(2 * 2.0), within(1e-18));
    }

    private static Evaluation evaluation(int classes, int[] truth, int... predicted) {
        Evaluation evaluation = new Evaluation(classes);
        for (int i = 0; i < truth.length; i++) {
            evaluation.eval(
                    Nd4j.createFromArray(new float[][] {Expect.certain(classes, truth[i])}),
                    Nd4j.createFromArray(new float[][] {Expect.certain(classes, predicted[i])}));
        }
        return evaluation;
    }

    private static Map<String, Double> figures(int classes, int[] truth, int... predicted) {
        ClassFigures figures = ClassFigures.of(classes);
        for (int i = 0; i < truth.length; i++) {
            figures.add(truth[i], Expect.certain(classes, predicted[i]));
        }
        return figures.figures();
    }
}
