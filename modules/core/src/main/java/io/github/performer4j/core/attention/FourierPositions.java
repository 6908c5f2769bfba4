package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.layer.FourierPlaces;

/**
 * Relative positions by a learned spectrum, FourierLearner (arXiv 2302.01925) with a phase: queries and keys have {@code 2·components·draws} columns more, whose products are added to q·k/√D, see
 * {@link FourierPlaces}. Any map that estimates the softmax kernel, and exact attention, take them, at any length and with a state.
 *
 * @param components Gaussians of the spectrum
 * @param draws frequencies of each
 * @param range tokens that are one unit of the spectrum, as the longest T
 */
public record FourierPositions(int components, int draws, int range) implements Weighting {
    /** Components where nobody asked. */
    public static final int COMPONENTS = 4;
    /** Draws where nobody asked. */
    public static final int DRAWS = 8;

    /**
     * Checks sizes.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public FourierPositions {
        new FourierPlaces(components, draws, range);
    }

    @Override
    public void check(AttentionOptions.Kind kind, Visibility sees) {
        if (sees.grid() != null) {
            throw new IllegalArgumentException("Fourier positions are of tokens in a row, not on a grid; fourier="
                    + this + ", grid=" + sees.grid());
        }
    }

    /** Returns four components of eight draws each. */
    public static FourierPositions of(int range) {
        return new FourierPositions(COMPONENTS, DRAWS, range);
    }

    /** Returns the columns as kernels know them. */
    public FourierPlaces places() {
        return new FourierPlaces(components, draws, range);
    }

    /**
     * Returns what q and k are multiplied by, so that products over √(D + columns), which attention takes, are those over √D.
     *
     * @param headSize D
     */
    public double factor(int headSize) {
        return Math.pow((headSize + places().columns()) / (double) headSize, 0.25);
    }

    /** Returns what the further columns are multiplied by, so that their products count as they are. */
    public double columnFactor(int headSize) {
        return Math.pow(headSize + places().columns(), 0.25);
    }
}
