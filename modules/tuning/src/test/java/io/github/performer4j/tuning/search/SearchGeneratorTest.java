package io.github.performer4j.tuning.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.tuning.space.SearchSpace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Generators on functions whose minima are known. */
class SearchGeneratorTest {
    private static final int SEEDS = 40;
    private static final int TRIALS = 60;

    /**
     * Over 40 seeds, mean distance to the minimum of the best of 60 candidates, as a share of that of random search. The genetic
     * generator draws mutated coordinates anew, so a smooth function of two gives it no more than a random draw has.
     */
    @ParameterizedTest
    @CsvSource({"BRANIN, TPE, 0.25", "MIXED, TPE, 0.65", "MIXED, GENETIC, 0.9"})
    void onAverageTheyAreBetterThanRandom(TestFunction function, Generator generator, double bound) {
        double random = mean(function, Generator.RANDOM);
        double own = mean(function, generator);
        assertThat(own)
                .as("%s %s: %.4f of random's %.4f", function, generator, own, random)
                .isLessThan(bound * random);
    }

    private static double mean(TestFunction function, Generator generator) {
        double sum = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            sum += best(function, generator, seed) - function.least;
        }
        return sum / SEEDS;
    }

    private static double best(TestFunction function, Generator generator, long seed) {
        CandidateGenerator candidates = generator.over(function.space, seed);
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < TRIALS; i++) {
            Candidate<?> candidate = candidates.getCandidate();
            double cost = function.cost(function.space.getValue(candidate.getFlatParameters()));
            best = Math.min(best, cost);
            report(candidates, candidate, cost);
        }
        return best;
    }

    private static void report(CandidateGenerator to, Candidate<?> candidate, double cost) {
        to.reportResults(new OptimizationResult(candidate, cost, candidate.getIndex(), null, null, null));
    }

    @ParameterizedTest
    @EnumSource(Generator.class)
    void equalSeedsGiveEqualCandidatesAndOthersOthers(Generator generator) {
        assertThat(points(generator, 3)).isEqualTo(points(generator, 3));
        if (generator != Generator.GRID) {
            assertThat(points(generator, 3)).isNotEqualTo(points(generator, 4));
        }
    }

    private static List<Map<String, String>> points(Generator generator, long seed) {
        CandidateGenerator candidates = generator.over(TestFunction.MIXED.space, seed);
        List<Map<String, String>> points = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Candidate<?> candidate = candidates.getCandidate();
            Map<String, String> values = TestFunction.MIXED.space.getValue(candidate.getFlatParameters());
            points.add(values);
            report(candidates, candidate, TestFunction.MIXED.cost(values));
        }
        return points;
    }

    /** A failure is no reason to look there again: of the draws behind it fewer fall there than the space holds of it. */
    @Test
    void afterFailuresTpeLooksElsewhere() {
        SearchSpace space = SearchSpace.fromJson("""
                {"formatVersion": 1, "parameters": {"x": {"kind": "continuous", "min": 0, "max": 1}}}
                """);
        CandidateGenerator candidates = Generator.TPE.over(space, 5);
        int failures = 0;
        for (int i = 0; i < 60; i++) {
            Candidate<?> candidate = candidates.getCandidate();
            double x = candidate.getFlatParameters()[0];
            boolean fails = x > 0.5;
            failures += fails && i >= 20 ? 1 : 0;
            report(candidates, candidate, fails ? Double.POSITIVE_INFINITY : x);
        }
        assertThat(failures).isLessThan(8);
    }

    /** 5 values of the range, 3 whole numbers, 2 choices: 30 points, both ends of each among them, none twice. */
    @Test
    void aGridIsAllOfItsPoints() {
        SearchSpace space = SearchSpace.fromJson("""
                {"formatVersion": 1, "parameters": {
                  "x": {"kind": "continuous", "min": 0, "max": 1}, "n": {"kind": "integer", "min": 1, "max": 3},
                  "c": {"kind": "choice", "values": ["a", "b"]}}}
                """);
        CandidateGenerator grid = Generator.GRID.over(space, 1);
        List<Map<String, String>> points = new ArrayList<>();
        while (grid.hasMoreCandidates()) {
            points.add(space.getValue(grid.getCandidate().getFlatParameters()));
        }
        assertThat(new HashSet<>(points)).hasSameSizeAs(points).hasSize(5 * 3 * 2);
        assertThat(points).extracting(point -> point.get("x")).contains("0", "0.25", "0.5", "0.75", "1");
        assertThat(points).extracting(point -> point.get("n")).contains("1", "2", "3");
        assertThat(points.stream()
                        .mapToDouble(point -> Double.parseDouble(point.get("x")))
                        .average()
                        .orElseThrow())
                .isCloseTo(0.5, within(1e-12));
    }

    @Test
    void aGridWithoutEndIsRefused() {
        StringBuilder space = new StringBuilder("{\"formatVersion\": 1, \"parameters\": {");
        for (int i = 0; i < 9; i++) {
            space.append(i == 0 ? "" : ", ")
                    .append("\"x")
                    .append(i)
                    .append("\": {\"kind\": \"log\", \"min\": 1, \"max\": 2}");
        }
        SearchSpace wide = SearchSpace.fromJson(space.append("}}").toString());
        assertThatThrownBy(() -> Generator.GRID.over(wide, 1))
                .hasMessage("a grid must have fewer points; most=1000000");
    }
}
