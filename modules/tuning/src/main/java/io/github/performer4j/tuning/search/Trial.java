package io.github.performer4j.tuning.search;

import io.github.performer4j.training.task.Evaluation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One candidate of a search, and what came of it.
 *
 * @param number its place in the search, from 1
 * @param values of the keys that it sets
 * @param point its coordinates in the space, in [0, 1]
 * @param attempts the rungs that it ended, from rung 0; empty while it runs
 */
public record Trial(int number, Map<String, String> values, List<Double> point, List<Attempt> attempts) {
    /**
     * What a trial came to at one rung.
     *
     * @param steps parameter updates done; 0 if it failed before
     * @param evaluation on the held-out side; null if it failed
     * @param parameters number of trained values; null if it failed
     * @param secondsPerStep the median; NaN if it failed
     * @param failure why it failed, in one line; null if it did not
     */
    public record Attempt(long steps, Evaluation evaluation, Long parameters, double secondsPerStep, String failure) {
        /** Returns the cause of a failure as an attempt. */
        static Attempt failed(String cause) {
            return new Attempt(0, null, null, Double.NaN, cause);
        }

        /** Returns what a search makes as small as it can: the primary figure, or minus it where higher is better; ∞ of a failure. */
        public double cost() {
            if (evaluation == null) {
                return Double.POSITIVE_INFINITY;
            }
            double cost = evaluation.higherIsBetter() ? -evaluation.value() : evaluation.value();
            return Double.isNaN(cost) ? Double.POSITIVE_INFINITY : cost;
        }
    }

    /** Copies what may change. */
    public Trial {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        point = List.copyOf(point);
        attempts = List.copyOf(attempts);
    }

    /** Returns the name of its run folder in that of the search, {@code trial-0001}. */
    public String folder() {
        return String.format(Locale.ROOT, "trial-%04d", number);
    }

    /** Returns the last attempt; null while there is none. */
    public Attempt last() {
        return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
    }

    /** Returns why it failed; null if it did not. */
    public String failure() {
        return last() == null ? null : last().failure();
    }

    /** Returns this trial with one more attempt. */
    Trial with(Attempt attempt) {
        List<Attempt> more = new ArrayList<>(attempts);
        more.add(attempt);
        return new Trial(number, values, point, more);
    }

    /** Returns the coordinates as Arbiter takes them. */
    double[] coordinates() {
        return point.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Returns trials in order where equal rungs may be of unequal numbers of attempts: the most steps first, then as {@link #ranked}. */
    static List<Trial> rankedBySteps(List<Trial> trials) {
        return ranked(trials, Comparator.comparingLong(trial -> -trial.last().steps()));
    }

    /** Returns trials in order: the highest rung first, then the least cost; then failures and what has not ended, by number. */
    static List<Trial> ranked(List<Trial> trials) {
        return ranked(trials, Comparator.comparingInt(trial -> -trial.attempts().size()));
    }

    private static List<Trial> ranked(List<Trial> trials, Comparator<Trial> effort) {
        List<Trial> ranked = new ArrayList<>();
        List<Trial> others = new ArrayList<>();
        trials.forEach(trial -> (trial.last() != null && trial.failure() == null ? ranked : others).add(trial));
        ranked.sort(effort.thenComparingDouble(trial -> trial.last().cost())); // stable: the earlier of two equals
        ranked.addAll(others);
        return ranked;
    }
}
