package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Regression;
import io.github.performer4j.training.score.NumberFigures;
import io.github.performer4j.training.score.ScatterPicture;
import java.util.LinkedHashMap;
import java.util.Map;

/** Figures of regressions, over documents and in the numbers' own units: {@link NumberFigures}, with the root mean square error as the primary figure. */
final class NumberScorer extends DocumentScorer {
    private final Regression task;

    NumberScorer(Regression task) {
        super("rmse", false, task.bag());
        this.task = task;
    }

    @Override
    Measured measure(Pooled documents) {
        NumberFigures figures = NumberFigures.withTraining(
                task.mean().stream().mapToDouble(m -> m).toArray());
        documents.each((window, output) -> figures.add(own(window.numbers()), own(output)));
        Map<String, byte[]> drawn = new LinkedHashMap<>();
        for (int d = 0; d < task.names().size(); d++) {
            drawn.put(
                    task.names().size() == 1 ? "scatter.png" : "scatter-" + (d + 1) + ".png",
                    ScatterPicture.png(task.names().get(d), figures.truth(d), figures.prediction(d)));
        }
        Map<String, Double> baselines = withBag(figures.baselines(primary()), () -> {
            NumberFigures bag = NumberFigures.of(task.names().size());
            documents.each((window, output) -> bag.add(own(window.numbers()), own(window.bag())));
            return bag.figures().get(primary());
        });
        return new Measured(figures.figures(), baselines, figures.count(), drawn);
    }

    /** Returns standardised numbers in their own units. */
    private float[] own(float[] standardised) {
        float[] own = new float[standardised.length];
        for (int d = 0; d < own.length; d++) {
            own[d] =
                    (float) (standardised[d] * task.scale().get(d) + task.mean().get(d));
        }
        return own;
    }
}
