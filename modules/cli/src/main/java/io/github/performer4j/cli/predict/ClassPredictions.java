package io.github.performer4j.cli.predict;

import io.github.performer4j.checkpoint.Classified;
import io.github.performer4j.checkpoint.Classifier;
import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInput;
import java.util.ArrayList;
import java.util.List;

/**
 * Classes and sets of labels.
 *
 * <pre>
 * label  probability  p_A p_B …      one label for each input; p_* with --all
 * labels p_A p_B …                   sets
 * </pre>
 */
final class ClassPredictions extends Predictions {
    private final Classifier classifier;
    private final boolean all;
    private final List<String> columns;

    ClassPredictions(Classifier classifier, boolean all) {
        this.classifier = classifier;
        this.all = all;
        columns = new ArrayList<>(classifier.multiLabel() ? List.of("labels") : List.of("label", "probability"));
        if (all) {
            classifier.labels().forEach(label -> columns.add("p_" + label));
        }
        countAll(classifier.labels());
    }

    @Override
    InputReader reader() {
        return classifier.reader();
    }

    @Override
    List<String> columns() {
        return columns;
    }

    @Override
    List<Answer> predict(List<ModelInput> inputs) {
        return classifier.classifyInputs(inputs).stream().map(this::answer).toList();
    }

    private Answer answer(Classified classified) {
        List<Object> row = new ArrayList<>();
        classified.labels().forEach(this::count);
        if (classified.multiLabel()) {
            row.add(classified.labels());
        } else {
            row.add(classified.best().label());
            row.add(digits(classified.best().probability()));
        }
        if (all) {
            classified.scores().forEach(score -> row.add(digits(score.probability())));
        }
        return new Answer(classified.windows(), List.of(row));
    }
}
