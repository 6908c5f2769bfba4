package io.github.performer4j.core.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.performer4j.core.layer.HuberLoss;
import io.github.performer4j.core.layer.MeanOutputLayer;
import java.util.Collections;
import java.util.List;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * One or several numbers for a whole sequence. The model learns standardised numbers z = (y − mean) / scale, and its answers are turned back; with predictions p [B,D],
 *
 * <pre>
 * mse    loss = (1/BD) Σ (z − p)²
 * huber  loss = (1/BD) Σ h(z − p),  h(r) = r²/2 where |r| ≤ δ, δ (|r| − δ/2) beyond
 * </pre>
 *
 * @param names of the D numbers; null until the data's columns give them
 * @param loss {@code mse} or {@code huber}
 * @param delta δ, in standard deviations
 * @param mean of each number on the training side [D]; null until it is read
 * @param scale its standard deviation [D], 1 where it is 0; null until it is read
 * @param bag of numbers of graphs, what a baseline knows: weights of least squares on the bag of a graph's nodes, for z, a row for each part of the bag and a last one for the constant; null for none
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Regression(
        List<String> names, String loss, double delta, List<Double> mean, List<Double> scale, List<List<Double>> bag)
        implements Task {
    /** Name in configurations. */
    public static final String NAME = "regress";

    /** Checks that the settings go together. */
    public Regression {
        names = Labels.checked(names, 1);
        loss = Labels.oneOf("loss", loss, "mse", "huber");
        if (!(delta > 0 && Double.isFinite(delta))) {
            throw new IllegalArgumentException("delta must be positive; delta=" + delta);
        }
        mean = mean == null ? null : List.copyOf(mean);
        scale = scale == null ? null : List.copyOf(scale);
        bag = Labels.matrix(bag);
        if (mean != null
                && (scale == null || names == null || mean.size() != names.size() || scale.size() != names.size())) {
            throw new IllegalArgumentException(
                    "each number must have a mean and a scale; names=" + names + ", mean=" + mean + ", scale=" + scale);
        }
        if (scale != null && !scale.stream().allMatch(s -> s > 0 && Double.isFinite(s))) {
            throw new IllegalArgumentException("scales must be positive; scale=" + scale);
        }
    }

    /** Regresses on what has no bag of nodes. */
    public Regression(List<String> names, String loss, double delta, List<Double> mean, List<Double> scale) {
        this(names, loss, delta, mean, scale, null);
    }

    /** Regresses by mean squares; the data gives the rest. */
    public Regression() {
        this(null, "mse", 1, null, null);
    }

    /** Returns a copy that knows its numbers' names and the training side's moments. */
    public Regression with(List<String> columns, List<Double> means, List<Double> scales) {
        return new Regression(columns, loss, delta, means, scales, bag);
    }

    /** Returns a copy whose baseline knows bags of nodes. */
    public Regression withBag(List<List<Double>> value) {
        return new Regression(names, loss, delta, mean, scale, value);
    }

    /** Returns a copy that predicts numbers as they come: mean 0, scale 1. */
    public Regression plain(List<String> columns) {
        return with(columns, Collections.nCopies(columns.size(), 0.0), Collections.nCopies(columns.size(), 1.0));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String purpose() {
        return "estimates " + (names == null ? "numbers" : String.join(", ", names)) + " of a sequence";
    }

    @Override
    public String missing() {
        return names == null ? "task.names" : mean == null ? "task.mean" : null;
    }

    @Override
    public void head(HeadPlace place) {
        ILossFunction function = loss.equals("huber") ? new HuberLoss(delta) : new LossMSE();
        place.perSequence(new MeanOutputLayer.Builder(function)
                .activation(Activation.IDENTITY)
                .nIn(place.width())
                .nOut(names.size())
                .build());
    }
}
