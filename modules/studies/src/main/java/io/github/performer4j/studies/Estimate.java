package io.github.performer4j.studies;

/**
 * How well exp(x·y) was estimated, averaged over the pairs of a {@link Head}.
 *
 * @param draws draws of W
 * @param mse mean of (φ(x)·φ(y) − exp(x·y))²
 * @param mseStandardError standard error of mse over draws; heavy tails, which few draws miss, make it too small
 * @param relativeError √mse / exp(x·y), of each pair
 * @param closedFormMse what theory says mse is; null where {@link ClosedForms} knows nothing of a pair
 * @param theory √mse / exp(x·y) by {@link ClosedForms#relativeError}; null where that knows nothing
 * @param bias mean of φ(x)·φ(y) − exp(x·y)
 * @param biasStandardError standard error of the bias
 */
public record Estimate(
        int draws,
        double mse,
        double mseStandardError,
        double relativeError,
        Double closedFormMse,
        Double theory,
        double bias,
        double biasStandardError) {

    /** Returns |bias| in standard errors; 0 for an exact estimate, which has rounding only. */
    public double biasInErrors() {
        return biasStandardError == 0 ? 0 : Math.abs(bias) / biasStandardError;
    }

    /** Returns whether the bias of an unbiased estimator shows that draws missed the tail: more than 4 standard errors. */
    public boolean tailMissed() {
        return relativeError > 1e-9 && biasInErrors() > 4;
    }

    /** Returns the relative error to compare maps by: theory's where it has one, because heavy tails make few draws look good. */
    public double comparable() {
        return theory == null ? relativeError : theory;
    }
}
