package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Closed forms and laws of figures for label sets; scikit-learn's numbers are in {@link FiguresGoldenTest}. */
class MultiLabelFiguresTest {
    private static final boolean[][] SETS = {{true, false, true}, {false, true, true}, {true, false, false}};

    @Test
    void perfectAndInvertedPredictions() {
        MultiLabelFigures perfect = MultiLabelFigures.of(3);
        MultiLabelFigures inverted = MultiLabelFigures.of(3);
        for (boolean[] set : SETS) {
            perfect.add(set, certain(set, 1));
            inverted.add(set, certain(set, 0));
        }
        Map<String, Double> best = perfect.figures();
        assertThat(best.remove("logLoss")).isZero();
        assertThat(best)
                .hasSize(5)
                .allSatisfy((name, value) -> assertThat(value).isEqualTo(1));
        Map<String, Double> worst = inverted.figures();
        assertThat(worst.remove("logLoss")).isCloseTo(126 * Math.log(2), within(Expect.TOLERANCE));
        // The positives come last and all at once: precision is each label's frequency.
        assertThat(worst.remove("meanAveragePrecision")).isCloseTo(5 / 9.0, within(Expect.TOLERANCE));
        assertThat(worst)
                .hasSize(4)
                .allSatisfy((name, value) -> assertThat(value).isZero());
    }

    /** One score for all examples, each label's frequency: what the baselines say. Labels occur 2, 1, 2 times of 3. */
    @Test
    void aConstantIsItsOwnBaseline() {
        MultiLabelFigures figures = MultiLabelFigures.of(3);
        for (boolean[] set : SETS) {
            figures.add(set, 2 / 3f, 1 / 3f, 2 / 3f);
        }
        Map<String, Double> found = figures.figures();
        Map<String, Double> baselines = figures.baselines();
        assertThat(found).containsEntry("macroAuc", 0.5);
        assertThat(baselines.get("priorMeanAveragePrecision")).isCloseTo(5 / 9.0, within(Expect.TOLERANCE));
        assertThat(found.get("meanAveragePrecision")).isCloseTo(5 / 9.0, within(Expect.TOLERANCE));
        assertThat(found.get("logLoss")).isCloseTo(baselines.get("priorLogLoss"), within(1e-7));
        assertThat(baselines.get("priorMacroAuc")).isEqualTo(found.get("macroAuc"));
        // All probabilities 1: every label is predicted for every example.
        MultiLabelFigures every = MultiLabelFigures.of(3);
        for (boolean[] set : SETS) {
            every.add(set, 1, 1, 1);
        }
        assertThat(baselines.get("everyLabelMicroF1")).isEqualTo(every.figures().get("microF1"));
        assertThat(baselines.get("everyLabelMacroF1"))
                .isCloseTo(every.figures().get("macroF1"), within(Expect.TOLERANCE));
    }

    @Test
    void theThresholdItselfIsAPrediction() {
        MultiLabelFigures figures = MultiLabelFigures.of(1, 0.25f);
        figures.add(new boolean[] {true}, 0.25f);
        figures.add(new boolean[] {false}, Math.nextDown(0.25f));
        assertThat(figures.figures()).containsEntry("subsetAccuracy", 1.0).containsEntry("microF1", 1.0);
    }

    @Test
    void orderDoesNotMatterAndMergedIsWhole() {
        MultiLabelFigures whole = MultiLabelFigures.of(3);
        MultiLabelFigures left = MultiLabelFigures.of(3);
        MultiLabelFigures right = MultiLabelFigures.of(3);
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            boolean[] set = {random.nextBoolean(), random.nextInt(4) == 0, random.nextBoolean()};
            float[] scores = {random.nextInt(9) / 8f, random.nextInt(9) / 8f, random.nextInt(9) / 8f};
            whole.add(set, scores);
            (i < 17 ? left : right).add(set, scores);
        }
        Expect.close(left.plus(right).figures(), whole.figures());
        Expect.close(right.plus(left).figures(), whole.figures());
        Expect.close(right.plus(left).baselines(), whole.baselines());
        assertThat(left.plus(right).count()).isEqualTo(60);
        assertThat(left.plus(right).perClass()).isEqualTo(whole.perClass());
    }

    @Test
    void noFigureOfNothing() {
        MultiLabelFigures none = MultiLabelFigures.of(2);
        Expect.undefined(6, none.figures());
        Expect.undefined(5, none.baselines());
        none.add(new boolean[2], 0.25f, 0.75f); // no label occurs: nothing to rank
        assertThat(none.figures()).containsEntry("meanAveragePrecision", null).containsEntry("macroAuc", null);
        assertThat(none.figures()).containsEntry("macroF1", 0.0).containsEntry("subsetAccuracy", 0.0);
        assertThat(none.baselines()).containsEntry("priorLogLoss", 0.0);
    }

    @Test
    void refusalsNameRuleAndValues() {
        MultiLabelFigures figures = MultiLabelFigures.of(2);
        Expect.refused(
                () -> figures.add(new boolean[1], 0, 0), "there must be a truth for each class; classes=2, truths=1");
        Expect.refused(
                () -> figures.add(new boolean[2], 0, 2), "probabilities must be in [0,1]; class=1, probability=2.0");
        Expect.refused(() -> MultiLabelFigures.of(2, 0), "threshold must be in (0,1]; threshold=0.0");
        Expect.refused(
                () -> figures.plus(MultiLabelFigures.of(2, 0.25f)), "thresholds must agree; left=0.5, right=0.25");
        assertThat(figures.count()).isZero();
    }

    private static float[] certain(boolean[] set, int right) {
        float[] probabilities = new float[set.length];
        for (int k = 0; k < set.length; k++) {
            probabilities[k] = set[k] ? right : 1 - right;
        }
        return probabilities;
    }
}
