package io.github.performer4j.core.attention;

/**
 * How queries and keys are normalised before they are turned, scaled and compared: logits stay bounded (arXiv 2010.04245, arXiv 2302.05442).
 *
 * <p>Gains, and biases of {@code LAYER} and {@code WIDTH_LAYER}, are parameters: gainq, biasq and gaink, biask, [D] shared by all heads, or as long as the queries of all heads, or their keys, together.
 */
public enum QueryKeyNorm {
    /** Not at all. */
    NONE(false, false, false),
    /** Each head by its mean and deviation. */
    LAYER(true, false, true),
    /** Each head by its root mean square. */
    RMS(true, true, false),
    /** All heads together by mean and deviation. */
    WIDTH_LAYER(false, false, true),
    /** The same with gains alone. */
    WIDTH_LAYER_GAIN(false, false, false),
    /** All heads together by the root mean square. */
    WIDTH_RMS(false, true, false);

    /** ε of these norms. */
    public static final double EPSILON = 1e-5;

    private final boolean perHead;
    private final boolean rootMeanSquare;
    private final boolean biased;

    QueryKeyNorm(boolean perHead, boolean rootMeanSquare, boolean biased) {
        this.perHead = perHead;
        this.rootMeanSquare = rootMeanSquare;
        this.biased = biased;
    }

    /** Returns whether each head is normalised by itself. */
    public boolean perHead() {
        return perHead;
    }

    /** Returns whether it is by the root mean square. */
    public boolean rootMeanSquare() {
        return rootMeanSquare;
    }

    /** Returns whether there are biases beside the gains. */
    public boolean biased() {
        return biased;
    }
}
