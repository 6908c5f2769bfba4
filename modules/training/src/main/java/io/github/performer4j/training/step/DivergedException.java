package io.github.performer4j.training.step;

/** A run whose loss, gradient or parameters stopped being finite numbers; checkpoints written before are whole. */
public final class DivergedException extends ArithmeticException {
    private static final long serialVersionUID = 1;

    /** Makes the failure with its one-line message. */
    public DivergedException(String message) {
        super(message);
    }
}
