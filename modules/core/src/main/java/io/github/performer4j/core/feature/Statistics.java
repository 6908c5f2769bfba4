package io.github.performer4j.core.feature;

/**
 * Which queries and keys a feature map fits itself to, if it is one that does ({@link FeatureMap#looksAhead}).
 *
 * <p>Estimates are unbiased with any statistics; good ones only make their variance small. What differs is what a token may come to know of later ones.
 */
public enum Statistics {
    /**
     * Those of the sequence at hand, for each batch item and head. The best fit, and not safe in causal layers, which refuse it: a token's features would depend on
     * later tokens.
     */
    SEQUENCE,
    /**
     * Those of past training batches, per head: moving averages {@code θ ← β θ + (1 − β) s} of the moments s of a step's batch, β = {@value #DECAY}, begun with weight 0. Safe in causal
     * layers: a batch sees only earlier ones. Evaluation and inference use what training left. They are a parameter of the layer, saved with it, whose
     * &quot;gradient&quot; {@code (1 − β)(θ − s)} goes through Deeplearning4j like that of batch normalisation's averages.
     */
    RUNNING,
    /**
     * Those that the layer was given, from a sample ({@code core.layer.Calibration}) or by {@code setParam}, per head; training leaves them alone. Safe in causal layers. Without any, features are
     * those of FAVOR+.
     */
    FIXED;

    /** β of the moving averages. */
    public static final double DECAY = 0.99;

    /** Returns whether the layer keeps the statistics as a parameter. */
    public boolean kept() {
        return this != SEQUENCE;
    }
}
