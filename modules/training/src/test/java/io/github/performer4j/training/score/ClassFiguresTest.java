package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Closed forms and laws of figures for classes; scikit-learn's numbers are in {@link FiguresGoldenTest}. */
class ClassFiguresTest {
    private record Example(int label, float... probabilities) {}

    @Test
    void perfectPredictionsReachEveryBest() {
        ClassFigures figures = ClassFigures.of(3);
        for (int label : new int[] {0, 1, 2, 1, 1}) {
            figures.add(label, Expect.certain(3, label));
        }
        assertThat(figures.figures())
                .isEqualTo(Map.of("accuracy", 1.0, "macroF1", 1.0, "matthews", 1.0, "logLoss", 0.0, "auc", 1.0));
        assertThat(figures.count()).isEqualTo(5);
    }

    /** Two classes the wrong way round; each example's loss is that of the least probability. */
    @Test
    void invertedPredictionsReachEveryWorst() {
        ClassFigures figures = ClassFigures.of(2);
        for (int label : new int[] {0, 1, 0, 1, 1}) {
            figures.add(label, Expect.certain(2, 1 - label));
        }
        Map<String, Double> found = figures.figures();
        assertThat(found)
                .containsEntry("accuracy", 0.0)
                .containsEntry("macroF1", 0.0)
                .containsEntry("auc", 0.0);
        assertThat(found.get("matthews")).isEqualTo(-1);
        assertThat(found.get("logLoss")).isCloseTo(126 * Math.log(2), within(Expect.TOLERANCE));
    }

    /** The best constant is the prior: its figures are the baselines, and it ranks nothing. */
    @Test
    void theConstantPriorIsItsOwnBaseline() {
        ClassFigures figures = ClassFigures.of(3);
        for (int label : new int[] {2, 1, 2, 0, 2, 1, 2, 2}) {
            figures.add(label, 0.125f, 0.25f, 0.625f);
        }
        Map<String, Double> found = figures.figures();
        Map<String, Double> baselines = figures.baselines();
        assertThat(found)
                .containsEntry("auc", 0.5)
                .containsEntry("matthews", 0.0)
                .containsEntry("accuracy", 0.625);
        assertThat(baselines).containsEntry("majorityAccuracy", 0.625);
        assertThat(baselines.get("majorityMacroF1")).isEqualTo(found.get("macroF1"));
        assertThat(baselines.get("majorityMatthews")).isEqualTo(found.get("matthews"));
        assertThat(baselines.get("priorAuc")).isEqualTo(found.get("auc"));
        assertThat(figures.baselines("accuracy")).isEqualTo(Map.of("majority", 0.625));
        assertThat(figures.baselines("auc")).isEqualTo(Map.of("prior", 0.5));
        assertThat(figures.baselines("mae")).isEmpty();
        assertThat(baselines.get("priorLogLoss")).isCloseTo(found.get("logLoss"), within(Expect.TOLERANCE));
    }

    /** Training counts (7, 0, 1): class 0 is the guess, the prior (8, 1, 2)/11. */
    @Test
    void baselinesAreTheTrainingSides() {
        ClassFigures figures = ClassFigures.withTraining(7, 0, 1);
        figures.add(0, 0.25f, 0.25f, 0.5f);
        figures.add(1, 0.25f, 0.25f, 0.5f);
        figures.add(2, 0.25f, 0.25f, 0.5f);
        figures.add(2, 0.25f, 0.25f, 0.5f);
        double prior = -(Math.log(8 / 11.0) + Math.log(1 / 11.0) + 2 * Math.log(2 / 11.0)) / 4;
        assertThat(figures.baselines()).containsEntry("majorityAccuracy", 0.25);
        assertThat(figures.baselines().get("priorLogLoss")).isCloseTo(prior, within(Expect.TOLERANCE));
    }

    @Test
    void noFigureOfNothing() {
        ClassFigures none = ClassFigures.of(4);
        Expect.undefined(5, none.figures());
        Expect.undefined(5, none.baselines());
        assertThat(none.baselines("accuracy")).isEmpty();
        ClassFigures weightless = ClassFigures.of(2);
        weightless.add(1, new float[] {0.5f, 0.5f}, 0);
        assertThat(weightless.figures())
                .allSatisfy((name, value) -> assertThat(value).isNull());
    }

    /** A weight of 3 is the example three times; one of 0 is none. */
    @Test
    void weightsAreRepetitions() {
        ClassFigures weighted = ClassFigures.of(3);
        ClassFigures repeated = ClassFigures.of(3);
        Random random = new Random(11);
        for (Example example : examples(random, 60)) {
            int weight = random.nextInt(4);
            weighted.add(example.label, example.probabilities, weight);
            for (int i = 0; i < weight; i++) {
                repeated.add(example.label, example.probabilities);
            }
        }
        Expect.close(weighted.figures(), repeated.figures());
        Expect.close(weighted.baselines(), repeated.baselines());
    }

    @Test
    void orderDoesNotMatterAndMergedIsWhole() {
        List<Example> examples = examples(new Random(5), 101);
        ClassFigures whole = of(examples);
        ClassFigures merged =
                of(examples.subList(0, 37)).plus(of(examples.subList(37, 37))).plus(of(examples.subList(37, 101)));
        Expect.close(merged.figures(), whole.figures());
        assertThat(merged.count()).isEqualTo(101);
        assertThat(merged.confusion().counts()).isDeepEqualTo(whole.confusion().counts());
        assertThat(of(examples).figures()).isEqualTo(whole.figures());
        List<Example> shuffled = new ArrayList<>(examples);
        Collections.shuffle(shuffled, new Random(6));
        Expect.close(of(shuffled).figures(), whole.figures());
    }

    /** Renaming the classes changes no mean over classes. */
    @Test
    void namesOfClassesDoNotMatter() {
        List<Example> examples = examples(new Random(8), 101);
        int[] renamed = {2, 0, 1};
        List<Example> turned = examples.stream()
                .map(e -> new Example(renamed[e.label], e.probabilities[1], e.probabilities[2], e.probabilities[0]))
                .toList();
        Map<String, Double> left = of(examples).figures();
        Map<String, Double> right = of(turned).figures();
        // Equal probabilities fall to the first of them, so what depends on the most probable class may differ.
        assertThat(right.get("auc")).isCloseTo(left.get("auc"), within(Expect.TOLERANCE));
        assertThat(right.get("logLoss")).isCloseTo(left.get("logLoss"), within(Expect.TOLERANCE));
    }

    @Test
    void refusalsNameRuleAndValues() {
        ClassFigures figures = ClassFigures.of(2);
        Expect.refused(() -> figures.add(2, 0.5f, 0.5f), "truth must be one of the classes; truth=2, classes=2");
        Expect.refused(() -> figures.add(-1, 0.5f, 0.5f), "truth must be one of the classes; truth=-1, classes=2");
        Expect.refused(
                () -> figures.add(0, 0.5f), "there must be a probability for each class; classes=2, probabilities=1");
        Expect.refused(
                () -> figures.add(0, Float.NaN, 0.5f), "probabilities must be in [0,1]; class=0, probability=NaN");
        Expect.refused(() -> figures.add(0, 0.75f, 0.75f), "probabilities must have sum 1; sum=1.5");
        Expect.refused(
                () -> figures.add(0, new float[] {0.5f, 0.5f}, -1), "weight must be finite, at least 0; weight=-1.0");
        Expect.refused(() -> ClassFigures.of(1), "classes must be at least 2; classes=1");
        Expect.refused(() -> ClassFigures.withTraining(3, -1), "counts must not be negative; class=1, count=-1");
        Expect.refused(() -> figures.plus(ClassFigures.of(3)), "classes must agree; left=2, right=3");
        assertThat(figures.count()).isZero();
        assertThat(figures.figures().get("logLoss")).isNull();
    }

    private static ClassFigures of(List<Example> examples) {
        ClassFigures figures = ClassFigures.of(3);
        examples.forEach(e -> figures.add(e.label, e.probabilities));
        return figures;
    }

    /** Whole eighths: many are equal. */
    private static List<Example> examples(Random random, int count) {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] cuts = {random.nextInt(9), random.nextInt(9)};
            Arrays.sort(cuts);
            examples.add(new Example(random.nextInt(3), cuts[0] / 8f, (cuts[1] - cuts[0]) / 8f, (8 - cuts[1]) / 8f));
        }
        return examples;
    }
}
