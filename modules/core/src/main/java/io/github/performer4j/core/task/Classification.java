package io.github.performer4j.core.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.performer4j.core.layer.MeanOutputLayer;
import java.util.List;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * A class for a whole sequence, or several at once. With p the softmax, or for several labels the sigmoid, of the head's C logits, class weights w and labels y,
 *
 * <pre>
 * one label       loss = −(1/B) Σ_b w_y log p_y
 * several labels  loss = −(1/B) Σ_b Σ_c [y_c log p_c + (1 − y_c) log(1 − p_c)]
 * </pre>
 *
 * @param labels names of the classes in the order of their ids; null until the training data gives them
 * @param multiLabel whether a sequence can have several labels, or none
 * @param classWeights {@code none}, or {@code balanced}: w_c = N / (C n_c) with n_c training examples of class c among N; for one label only
 * @param weights w [C]; null without weights, or until the training data gives them
 * @param bag of classes of graphs, what a baseline knows: weights of least squares on the bag of a graph's nodes, [D+1][C], the constant last; null for none
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Classification(
        List<String> labels, boolean multiLabel, String classWeights, List<Double> weights, List<List<Double>> bag)
        implements Task {
    /** Name in configurations. */
    public static final String NAME = "classify";

    /** Checks that the settings go together. */
    public Classification {
        labels = Labels.checked(labels, 2);
        classWeights = Labels.oneOf("classWeights", classWeights, "none", "balanced");
        if (multiLabel && classWeights.equals("balanced")) {
            throw new IllegalArgumentException(
                    "class weights go with one label for each sequence; classWeights=balanced, multiLabel=true");
        }
        bag = Labels.matrix(bag);
        weights = weights == null ? null : List.copyOf(weights);
        if (weights != null && (labels == null || weights.size() != labels.size())) {
            throw new IllegalArgumentException("there must be a weight for each label; weights=" + weights.size()
                    + ", labels=" + (labels == null ? "none" : labels.size()));
        }
    }

    /** Classifies what has no bag of nodes. */
    public Classification(List<String> labels, boolean multiLabel, String classWeights, List<Double> weights) {
        this(labels, multiLabel, classWeights, weights, null);
    }

    /** Classifies into one class each; the data gives the names. */
    public Classification() {
        this(null, false, "none", null);
    }

    /** Returns a copy that knows its labels and, where they are asked for, its weights. */
    public Classification with(List<String> names, List<Double> classWeight) {
        return new Classification(names, multiLabel, classWeights, classWeight, bag);
    }

    /** Returns a copy whose baseline knows bags of nodes. */
    public Classification withBag(List<List<Double>> value) {
        return new Classification(labels, multiLabel, classWeights, weights, value);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String purpose() {
        return multiLabel
                ? "gives a sequence its labels, any of " + Labels.count(labels)
                : "gives a sequence its class, one of " + Labels.count(labels);
    }

    @Override
    public String missing() {
        return labels == null
                ? "task.labels"
                : classWeights.equals("balanced") && weights == null ? "task.weights" : null;
    }

    @Override
    public void head(HeadPlace place) {
        place.perSequence(new MeanOutputLayer.Builder(loss())
                .activation(multiLabel ? Activation.SIGMOID : Activation.SOFTMAX)
                .nIn(place.width())
                .nOut(labels.size())
                .build());
    }

    private ILossFunction loss() {
        if (multiLabel) {
            return new LossBinaryXENT();
        }
        return weights == null
                ? new LossSparseMCXENT()
                : new LossSparseMCXENT(Nd4j.createFromArray(
                                weights.stream().mapToDouble(w -> w).toArray())
                        .reshape(1, weights.size()));
    }
}
