package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Classification;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.rows.Batching;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Trains {@link Classification}: labels are the first label column; of label sets, its parts by {@code data.columns.options.labelSeparator}, none where it is empty.
 *
 * @param task complete or not
 * @param separator between the labels of a set
 */
record ClassificationTraining(Classification task, String separator) implements TaskTraining {
    /** Trains a task whose separator the data will tell. */
    ClassificationTraining(Classification task) {
        this(task, "|");
    }

    @Override
    public TaskTraining reading(DataConfig data) {
        return new ClassificationTraining(task, data.columns().options().labelSeparator());
    }

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
        if (!separator.equals(train.config().columns().options().labelSeparator())) {
            return reading(train.config()).complete(train);
        }
        LabelNames names = new LabelNames();
        long examples = 0;
        try (CorpusExamples all = train.examples()) {
            for (Example example = all.next(); example != null; example = all.next()) {
                if (!example.labels().isEmpty()) {
                    examples++;
                    for (String label : labels(example)) {
                        if (label.isEmpty()) {
                            throw all.fault("an example must have a label; id=" + example.id());
                        }
                        names.count(label);
                    }
                }
            }
        }
        List<String> known = task.labels() == null ? names.names() : task.labels();
        if (examples == 0) {
            throw new IllegalArgumentException(
                    "a classifier needs labels (--label-column); path=" + train.path() + ", examples with some=0");
        }
        if (known.size() < 2) {
            throw new IllegalArgumentException("a classifier needs two labels on the training side; path="
                    + train.path() + ", examples=" + examples + ", labels=" + known);
        }
        names.requireAll(known, train.path());
        Classification whole = task.with(known, weights(known, names, examples));
        if (!task.multiLabel()) {
            Map<String, Integer> ids = LabelNames.ids(known);
            whole = whole.withBag(NodeBag.fit(train, example -> oneHot(ids, example)));
        }
        return new ClassificationTraining(whole, separator);
    }

    private double[] oneHot(Map<String, Integer> ids, Example example) {
        double[] y = new double[ids.size()];
        y[LabelNames.id(ids, labels(example).get(0))] = 1;
        return y;
    }

    private List<Double> weights(List<String> known, LabelNames names, long examples) {
        if (!task.classWeights().equals("balanced")) {
            return null;
        }
        List<Double> weights = new ArrayList<>();
        for (String name : known) {
            weights.add((double) examples / known.size() / names.counts().get(name));
        }
        return weights;
    }

    private List<String> labels(Example example) {
        String label = example.labels().get(0).strip();
        if (!task.multiLabel()) {
            return List.of(label);
        }
        return label.isEmpty()
                ? List.of()
                : List.of(label.split(Pattern.quote(separator), -1)).stream()
                        .map(String::strip)
                        .toList();
    }

    @Override
    public LabelReader labels() {
        Map<String, Integer> ids = LabelNames.ids(task.labels());
        return (example, text) -> {
            if (example.labels().isEmpty()) {
                return null;
            }
            List<String> names = labels(example);
            if (!task.multiLabel()) {
                return Label.ofIds(LabelNames.id(ids, names.get(0)));
            }
            float[] set = new float[ids.size()];
            names.forEach(name -> set[LabelNames.id(ids, name)] = 1);
            return Label.ofNumbers(set);
        };
    }

    @Override
    public Batching batching() {
        return new DocumentBatching(task.multiLabel() ? task.labels().size() : 0);
    }

    @Override
    public Scorer<?> scorer(TokenCounts counts) {
        return new ClassScorer(task);
    }
}
