package io.github.performer4j.core.feature;

import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The frame that a fitted map has chosen, as numbers that graphs and kernels hand to its features.
 *
 * @param parts values of each of {@link FittedFeatures#parts}, in this order, row-major
 * @param queryMark the number that the map gives a query; null for a map that gives none
 * @param keyMark the number that it gives a key
 */
public record Choice(List<double[]> parts, ToIntFunction<double[]> queryMark, ToIntFunction<double[]> keyMark) {
    public Choice {
        parts = List.copyOf(parts);
    }

    /** Returns a frame without marks. */
    public static Choice of(double[]... parts) {
        return new Choice(List.of(parts), null, null);
    }
}
