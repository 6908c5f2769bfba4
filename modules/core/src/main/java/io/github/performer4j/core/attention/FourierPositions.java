package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.layer.FourierPlaces;
import java.util.Collections;
import java.util.List;
import org.nd4j.shade.jackson.annotation.JsonInclude;

/**
 * Relative positions by a learned spectrum, FourierLearner (arXiv 2302.01925) with a phase: queries and keys have {@code 2·components·draws} columns more, whose products are added to q·k/√D, see
 * {@link FourierPlaces}. Any map that estimates the softmax kernel, and exact attention, take them, at any length and with a state.
 *
 * @param components Gaussians of the spectrum
 * @param draws frequencies of each
 * @param range tokens, or cells of a grid, that are one unit of the spectrum, as the longest T
 * @param grid the grid on which tokens lie, row-major; null for a row. Unlike the weights of a {@link Grid} by itself these go with causal and exact attention, and cost 2·components·draws columns whatever its size
 */
public record FourierPositions(
        int components,
        int draws,
        int range,
        @JsonInclude(JsonInclude.Include.NON_NULL) Grid grid) implements Weighting {
    /** Components where nobody asked. */
    public static final int COMPONENTS = 4;
    /** Draws where nobody asked. */
    public static final int DRAWS = 8;

    /**
     * Checks sizes.
     *
     * @throws IllegalArgumentException if one is not positive, or a grid has more than five dimensions
     */
    public FourierPositions {
        places(components, draws, range, grid);
    }

    /** Takes tokens in a row. */
    public FourierPositions(int components, int draws, int range) {
        this(components, draws, range, null);
    }

    @Override
    public void check(AttentionOptions.Kind kind, Visibility sees) {
        if (sees.grid() != null) {
            throw new IllegalArgumentException(
                    "tokens lie on one grid: Fourier positions have their own, without a weight for each difference, and groups of heads none beside it; fourier="
                            + this + ", grid=" + sees.grid());
        }
    }

    /** Returns the same of tokens on a grid, whose longest side is a unit of the spectrum. */
    public FourierPositions on(Grid value) {
        return new FourierPositions(components, draws, Collections.max(value.sizes()), value);
    }

    /** Returns four components of eight draws each. */
    public static FourierPositions of(int range) {
        return new FourierPositions(COMPONENTS, DRAWS, range);
    }

    /** Returns the columns as kernels know them. */
    public FourierPlaces places() {
        return places(components, draws, range, grid);
    }

    private static FourierPlaces places(int components, int draws, int range, Grid grid) {
        return grid == null
                ? new FourierPlaces(components, draws, range, List.of(), false)
                : new FourierPlaces(components, draws, range, grid.sizes(), grid.classToken());
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
