package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.mask.GridShape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A grid on which tokens lie, row-major, as the patches of an image: attention is masked by {@code e^{b[h, i − j]}}, b learned for each head and each difference of two places, 0 at first
 * (topological masking, TopViT, arXiv 2107.07999). Sequences have exactly its length.
 *
 * @param sizes n_1, …, n_d, as rows and columns
 * @param classToken whether a token stands in front that is on no grid, and sees all, as it is seen
 */
public record Grid(List<Integer> sizes, boolean classToken) implements Weighting {
    private static final String CLASS_TOKEN = "cls+";

    /**
     * Checks sizes.
     *
     * @throws IllegalArgumentException if there are none, or one is not positive
     */
    public Grid {
        sizes = List.copyOf(sizes);
        new GridShape(classToken, sizes.stream().mapToInt(n -> n).toArray());
    }

    @Override
    public void check(AttentionOptions.Kind kind, Visibility sees) {
        if (sees.causal() || kind != AttentionOptions.Kind.LINEAR || sees.decay() != null) {
            throw new IllegalArgumentException("a grid needs linear attention that is not causal, without decay; grid="
                    + this + ", causal=" + sees.causal() + ", kind=" + kind + ", decay=" + sees.decay());
        }
    }

    /** Returns a grid of rows and columns without a class token. */
    public static Grid of(int rows, int columns) {
        return new Grid(List.of(rows, columns), false);
    }

    /**
     * Reads sizes with x between them, as {@code 7x7}, and {@code cls+7x7} with a class token in front of them.
     *
     * @return null for null or {@code none}
     * @throws IllegalArgumentException if they are none
     */
    public static Grid named(String text) {
        if (text == null || text.equalsIgnoreCase("none")) {
            return null;
        }
        boolean classToken = text.toLowerCase(Locale.ROOT).startsWith(CLASS_TOKEN);
        String sizes = classToken ? text.substring(CLASS_TOKEN.length()) : text;
        if (!sizes.matches("[1-9][0-9]{0,5}([xX][1-9][0-9]{0,5})*")) {
            throw new IllegalArgumentException(
                    "a grid must be none, or sizes with x between them, as 7x7 or cls+7x7; grid=" + text);
        }
        return new Grid(Arrays.stream(sizes.split("[xX]")).map(Integer::valueOf).toList(), classToken);
    }

    /** Returns the grid as masks know it. */
    public GridShape shape() {
        return new GridShape(classToken, sizes.stream().mapToInt(n -> n).toArray());
    }
}
