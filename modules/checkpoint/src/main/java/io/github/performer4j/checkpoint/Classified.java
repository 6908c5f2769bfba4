package io.github.performer4j.checkpoint;

import java.util.List;

/**
 * What a classifier says of a text: of a model of one label for each text, probabilities that sum to 1; of a model of
 * label sets, the probability of each label by itself.
 *
 * @param scores of all labels, in the order of the model's labels
 * @param multiLabel whether the model gives sets of labels
 * @param windows in which the model saw the text; the probabilities are means over them, weighted by their tokens
 */
public record Classified(List<Score> scores, boolean multiLabel, int windows) {
    /** Probability from which a label belongs to the set. */
    public static final double THRESHOLD = 0.5;

    /** Copies the list. */
    public Classified {
        scores = List.copyOf(scores);
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("there must be a label; scores=0");
        }
    }

    /**
     * A label and how probable the model holds it.
     *
     * @param label its name
     * @param probability in [0, 1]
     */
    public record Score(String label, double probability) {}

    /** Returns the most probable label; of equal ones the first. */
    public Score best() {
        Score best = scores.get(0);
        for (Score score : scores) {
            best = score.probability() > best.probability() ? score : best;
        }
        return best;
    }

    /**
     * Returns the labels that the text has: of a model of label sets those from {@value #THRESHOLD} on, in the model's
     * order, perhaps none; else the best one.
     */
    public List<String> labels() {
        return multiLabel
                ? scores.stream()
                        .filter(score -> score.probability() >= THRESHOLD)
                        .map(Score::label)
                        .toList()
                : List.of(best().label());
    }

    /**
     * Returns the probability of a label.
     *
     * @throws IllegalArgumentException if the model has no such label
     */
    public double probability(String label) {
        return scores.stream()
                .filter(score -> score.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown label; label=" + label + ", known="
                        + scores.stream().map(Score::label).toList()))
                .probability();
    }
}
