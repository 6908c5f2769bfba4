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

    /**
     * Returns this frame if it is what the map says, so that neither runtime misplaces a value.
     *
     * @throws IllegalStateException if parts have other lengths than {@link FittedFeatures#parts}, or marks are missing
     */
    public Choice checked(FittedFeatures map, int columns, int headSize) {
        List<Integer> said = map.parts(columns, headSize).stream()
                .map(part -> part[0] * part[1])
                .toList();
        List<Integer> found = parts.stream().map(part -> part.length).toList();
        boolean marked = queryMark != null && keyMark != null;
        if (!said.equals(found) || marked != map.marks()) {
            throw new IllegalStateException("a frame must have the parts and marks that its map says; featureMap=" + map
                    + ", parts=" + said + ", marks=" + map.marks() + ", found=" + found + ", marked=" + marked);
        }
        return this;
    }

    /** Returns a frame without marks. */
    public static Choice of(double[]... parts) {
        return new Choice(List.of(parts), null, null);
    }
}
