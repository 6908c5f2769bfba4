package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Regression;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.rows.Batching;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Trains {@link Regression}: numbers are the label columns; their means and standard deviations over the training side make them comparable.
 *
 * @param task complete or not
 */
record RegressionTraining(Regression task) implements TaskTraining {
    @Override
    public boolean takesFloats() {
        return true;
    }

    @Override
    public boolean dropsTokens() {
        return true;
    }

    @Override
    public boolean takesGraphs() {
        return true;
    }

    @Override
    public TaskTraining complete(Corpus train) throws IOException {
        List<String> columns = task.names() == null ? train.config().columns().labels() : task.names();
        double[] mean = null;
        double[] squares = null;
        long n = 0;
        try (CorpusExamples all = train.examples()) {
            for (Example example = all.next(); example != null; example = all.next()) {
                if (example.labels().isEmpty()) {
                    continue;
                }
                double[] numbers;
                try {
                    numbers = numbers(example, columns);
                } catch (IllegalArgumentException e) {
                    throw all.fault(e.getMessage());
                }
                mean = mean == null ? new double[numbers.length] : mean;
                squares = squares == null ? new double[numbers.length] : squares;
                n++;
                for (int d = 0; d < numbers.length; d++) { // Welford's sums
                    double before = numbers[d] - mean[d];
                    mean[d] += before / n;
                    squares[d] += before * (numbers[d] - mean[d]);
                }
            }
        }
        if (n == 0) {
            throw new IllegalArgumentException(
                    "a regression needs numbers (--label-column); path=" + train.path() + ", examples with some=0");
        }
        List<String> names = columns.isEmpty() ? numbered(mean.length) : columns;
        List<Double> means = new ArrayList<>();
        List<Double> scales = new ArrayList<>();
        for (int d = 0; d < mean.length; d++) {
            means.add(mean[d]);
            scales.add(squares[d] > 0 ? Math.sqrt(squares[d] / n) : 1);
        }
        Regression whole = task.with(names, means, scales);
        List<List<Double>> bag = NodeBag.fit(train, example -> standardised(whole, example));
        return new RegressionTraining(whole.withBag(bag));
    }

    private static List<String> numbered(int count) {
        return count == 1
                ? List.of("label")
                : IntStream.rangeClosed(1, count).mapToObj(d -> "label-" + d).toList();
    }

    private static double[] numbers(Example example, List<String> columns) {
        if (!columns.isEmpty() && columns.size() != example.labels().size()) {
            throw new IllegalArgumentException("there must be a label for each number; numbers=" + columns + ", labels="
                    + example.labels().size());
        }
        double[] numbers = new double[example.labels().size()];
        for (int d = 0; d < numbers.length; d++) {
            String written = example.labels().get(d).strip();
            double value;
            try {
                value = Double.parseDouble(written);
            } catch (NumberFormatException e) {
                value = Double.NaN;
            }
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a label must be a number; column="
                        + (columns.isEmpty() ? "label" : columns.get(d)) + ", value=" + written);
            }
            numbers[d] = value;
        }
        return numbers;
    }

    @Override
    public LabelReader labels() {
        return (example, text) -> {
            if (example.labels().isEmpty()) {
                return null;
            }
            double[] standardised = standardised(task, example);
            float[] numbers = new float[standardised.length];
            for (int d = 0; d < numbers.length; d++) {
                numbers[d] = (float) standardised[d];
            }
            return Label.ofNumbers(numbers);
        };
    }

    private static double[] standardised(Regression task, Example example) {
        double[] numbers = numbers(example, task.names());
        for (int d = 0; d < numbers.length; d++) {
            numbers[d] = (numbers[d] - task.mean().get(d)) / task.scale().get(d);
        }
        return numbers;
    }

    @Override
    public Batching batching() {
        return new DocumentBatching(task.names().size());
    }

    @Override
    public Scorer<?> scorer(TokenCounts counts) {
        return new NumberScorer(task);
    }
}
