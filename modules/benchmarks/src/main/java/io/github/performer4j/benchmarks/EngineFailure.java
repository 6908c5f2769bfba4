package io.github.performer4j.benchmarks;

/** An engine that cannot be measured; the message is the reason, in one line. */
public final class EngineFailure extends Exception {
    private static final long serialVersionUID = 1;

    public EngineFailure(String reason) {
        super(reason);
    }
}
