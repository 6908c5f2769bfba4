package io.github.performer4j.core.attention;

import java.io.Serializable;

/**
 * Rotary positions (arXiv 2104.09864): pairs of columns of each head's queries and keys are turned by an angle that grows with the token's place, so that q·k depends on the distance of
 * the two alone. They act in front of the feature map: φ estimates the kernel of the turned rows, whose norms are those of the rows.
 *
 * <p>Of D columns the first R = 2⌊fraction·D/2⌋ turn, pair i of token t by {@code t · base^(−2i/R)}.
 *
 * @param base of the wavelengths; 10,000 in the paper
 * @param fraction share of the columns that turn, in (0, 1]
 * @param interleaved whether pair i is (2i, 2i+1), as in the paper, and not (i, i + R/2), as in most models today
 */
public record Rotary(double base, double fraction, boolean interleaved) implements Serializable {
    /** The paper's base. */
    public static final double BASE = 10_000;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the rule and the values
     */
    public Rotary {
        if (!(base > 1) || Double.isInfinite(base)) {
            throw new IllegalArgumentException("rotaryBase must be greater than 1; rotaryBase=" + base);
        }
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException("rotaryFraction must be in (0, 1]; rotaryFraction=" + fraction);
        }
    }

    /**
     * Returns how many columns of a head turn.
     *
     * @param headSize D
     * @throws IllegalArgumentException if that is less than one pair
     */
    public int columns(int headSize) {
        int columns = 2 * (int) (fraction * headSize / 2);
        if (columns == 0) {
            throw new IllegalArgumentException("rotary positions need at least one pair of columns; headSize="
                    + headSize + ", rotaryFraction=" + fraction);
        }
        return columns;
    }

    /** Returns the angle by which pair i of R/2 turns from one token to the next. */
    public double angle(int pair, int columns) {
        return Math.pow(base, -2.0 * pair / columns);
    }

    /** Returns the first column of a pair. */
    public int first(int pair) {
        return interleaved ? 2 * pair : pair;
    }

    /** Returns how far the second column of a pair is from the first. */
    public int distance(int columns) {
        return interleaved ? 1 : columns / 2;
    }
}
