package io.github.performer4j.gpu.verify;

/**
 * A training run that processor and device make alike.
 *
 * @param batch sequences of a step
 * @param tokens of each
 * @param steps how many
 * @param rate of learning
 * @param clipNorm the largest norm of a gradient
 */
record TrainingRun(int batch, int tokens, int steps, double rate, double clipNorm) {
    /** The run of golden losses. */
    static final TrainingRun GOLDEN = new TrainingRun(2, 67, 200, 1e-3, 1);

    /** Returns the model that is trained. */
    static VerifyModel model() {
        return VerifyModel.of(2, 32, 2, 24, 29, true);
    }
}
