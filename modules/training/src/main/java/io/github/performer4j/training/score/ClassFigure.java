package io.github.performer4j.training.score;

/**
 * How well one class, label or entity type is found; 0/0 is 0, as in scikit-learn's {@code zero_division=0} and in
 * conlleval.
 *
 * @param precision true positives / predicted
 * @param recall true positives / support
 * @param f1 2 · true positives / (support + predicted)
 * @param support how often it is the truth (the sum of those examples' weights)
 * @param predicted how often it is predicted (the same)
 */
public record ClassFigure(double precision, double recall, double f1, double support, double predicted) {
    static ClassFigure of(double truePositives, double support, double predicted) {
        return new ClassFigure(
                ratio(truePositives, predicted),
                ratio(truePositives, support),
                ratio(2 * truePositives, support + predicted),
                support,
                predicted);
    }

    /** Whether it was seen at all, in truth or in prediction. */
    public boolean present() {
        return support > 0 || predicted > 0;
    }

    private static double ratio(double part, double whole) {
        return whole > 0 ? part / whole : 0;
    }
}
