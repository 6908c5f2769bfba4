package io.github.performer4j.tuning.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.tuning.search.Trial;
import io.github.performer4j.tuning.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** ε² of keys: closed forms, and what noise comes to. */
class ImportanceTest {
    private static final SearchSpace SPACE = SearchSpace.fromJson("""
            {"formatVersion": 1, "parameters": {
              "c": {"kind": "choice", "values": ["a", "b"]}, "x": {"kind": "continuous", "min": 0, "max": 1},
              "d": {"kind": "multiple", "of": "x", "by": 2},
              "y": {"kind": "continuous", "min": 0, "max": 1, "when": {"c": ["a"]}}}}
            """);

    private static Trial trial(int number, Map<String, String> values, double loss) {
        Evaluation evaluation = new Evaluation("loss", false, Map.of("loss", loss), Map.of(), 1);
        return new Trial(
                number, values, List.of(0.5, 0.5, 0.5), List.of(new Trial.Attempt(1, evaluation, 1L, 1, null)));
    }

    /** Ranks 1 2 3 | 4 5 6: η² = 13.5/17.5, ε² = (5 · 13.5/17.5 − 1)/4, whatever the losses are but for their order. */
    @Test
    void aSplitIntoTwoHalves() {
        List<Trial> trials = new ArrayList<>();
        double[] losses = {0.1, 0.2, 0.3, 5, 6, 1000};
        for (int i = 0; i < 6; i++) {
            trials.add(trial(i + 1, Map.of("c", i < 3 ? "a" : "b", "x", "0.5"), losses[i]));
        }
        trials.add(new Trial(7, Map.of("c", "b", "x", "0.9"), List.of(), List.of()));
        Map<String, Double> importance = Importance.of(SPACE, trials);
        assertThat(importance.keySet()).containsExactly("c", "x", "y");
        assertThat(importance.get("c")).isCloseTo((5 * 13.5 / 17.5 - 1) / 4, within(1e-12));
        assertThat(importance.get("x")).as("one value, one group").isNaN();
    }

    /** The middle third is the best: a key with an optimum inside its range. Ranks 1 2 | 3 4 | 5 6 in thirds: η² = 16/17.5. */
    @Test
    void anOptimumInTheMiddleIsSeen() {
        List<Trial> trials = new ArrayList<>();
        double[] at = {0.4, 0.5, 0.1, 0.2, 0.8, 0.9};
        for (int i = 0; i < 6; i++) {
            trials.add(trial(i + 1, Map.of("c", i % 2 == 0 ? "a" : "b", "x", Double.toString(at[i])), i));
        }
        assertThat(Importance.of(SPACE, trials).get("x")).isCloseTo((5 * 16 / 17.5 - 2) / 3, within(1e-12));
    }

    /** Without a connexion the mean of ε² before it is cut off is 0; cut off it is small, and the connected key is near 1. */
    @Test
    void noiseExplainsLittle() {
        SplittableRandom random = new SplittableRandom(4);
        double noise = 0;
        double connected = 0;
        for (int search = 0; search < 200; search++) {
            List<Trial> trials = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String c = random.nextBoolean() ? "a" : "b";
                String x = Double.toString(random.nextDouble());
                trials.add(trial(i + 1, Map.of("c", c, "x", x), (c.equals("a") ? 0 : 3) + random.nextDouble()));
            }
            noise += Importance.of(SPACE, trials).get("x") / 200;
            connected += Importance.of(SPACE, trials).get("c") / 200;
        }
        assertThat(noise).isLessThan(0.04);
        assertThat(connected).isBetween(0.7, 0.8); // two halves of n ranks: η² → 3/4
    }
}
