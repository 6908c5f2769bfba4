package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Regression;
import io.github.performer4j.data.Batch;
import io.github.performer4j.training.score.NumberFigures;
import io.github.performer4j.training.score.ScatterPicture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Figures of regressions, over documents and in the numbers' own units: {@link NumberFigures}, with the root mean square error as the primary figure. */
final class NumberScorer implements Scorer<List<Pooled.Window>> {
    private static final String PRIMARY = "rmse";

    private final Regression task;
    private final Pooled pooled = new Pooled();
    private Map<String, byte[]> pictures = Map.of();

    NumberScorer(Regression task) {
        this.task = task;
    }

    @Override
    public List<Pooled.Window> part(INDArray output, Batch batch) {
        return Pooled.windows(output, batch);
    }

    @Override
    public void add(List<Pooled.Window> part) {
        pooled.add(part);
    }

    @Override
    public Evaluation evaluation() {
        if (pooled.isEmpty()) {
            throw new IllegalArgumentException("the evaluation data must have a labelled example; examples=0");
        }
        if (!pooled.finite()) {
            return new Evaluation(PRIMARY, false, Map.of(PRIMARY, Double.NaN), Map.of(), 0);
        }
        NumberFigures figures = NumberFigures.withTraining(
                task.mean().stream().mapToDouble(m -> m).toArray());
        pooled.each((window, output) -> figures.add(own(window.numbers()), own(output)));
        Map<String, byte[]> drawn = new LinkedHashMap<>();
        for (int d = 0; d < task.names().size(); d++) {
            drawn.put(
                    task.names().size() == 1 ? "scatter.png" : "scatter-" + (d + 1) + ".png",
                    ScatterPicture.png(task.names().get(d), figures.truth(d), figures.prediction(d)));
        }
        pictures = drawn;
        return new Evaluation(PRIMARY, false, figures.figures(), figures.baselines(PRIMARY), figures.count());
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

    @Override
    public Map<String, byte[]> pictures() {
        return pictures;
    }
}
