package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the rows w_1 … w_M of a projection W are drawn; the marginal distribution of each row is N(0, I) unless a constant says otherwise.
 *
 * <p>A draw is a pure function of its seed: {@code W = draw(rows, D, seed)}. All but {@link #IID} couple rows in blocks of D: directions first, see
 * {@link Directions}, then norms χ(D), drawn independently of them. Where directions are uniform on the sphere, features that are unbiased with independent rows stay
 * so.
 */
public enum Projection {
    /** Independent rows; O(M·D). */
    IID(null) {
        @Override
        public double[][] draw(int rows, int headSize, long seed) {
            return Directions.gaussian(rows, headSize, CounterRandom.of(seed));
        }
    },
    /**
     * Blocks of D mutually orthogonal rows with Haar-distributed directions (arXiv 2009.14794, §2.4): unbiased, and of lower variance than iid
     * rows; O(M·D²).
     */
    ORTHOGONAL(Directions::haar),
    /** The same directions with every norm √D: the kernel of SMREG, close to softmax and not equal to it; O(M·D²). */
    ORTHOGONAL_REGULARIZED(Directions::haar) {
        @Override
        double[] norms(int rows, int headSize, long seed) {
            double[] norms = new double[rows];
            Arrays.fill(norms, Math.sqrt(headSize));
            return norms;
        }
    },
    /** Orthogonal rows as products of 2D⌈log₂D⌉ random rotations of two axes, with random signs; directions are nearly uniform; O(M·D·log D) to draw. */
    GIVENS(Directions::givens),
    /**
     * Orthogonal rows as three products of a Hadamard matrix and random signs; D must be a power of two; directions are those of finitely many
     * sign patterns; O(M·D·log D) to draw. Source: arXiv 1703.00864.
     */
    HADAMARD(Directions::hadamard),
    /**
     * Orthogonal rows as a product of D Householder reflections at random vectors, in compact form,
     * {@code Q = I − U(½I + striu(UᵀU))⁻¹Uᵀ}, with random signs; directions are nearly uniform; O(M·D²). Source: CWY Parametrization, arXiv 2004.08675.
     */
    CWY((rows, size, random) -> Directions.reflections(size, rows, size, random)),
    /**
     * The same with as many reflections as a block has rows, of which the first columns are kept: a Stiefel frame. Differs from {@link #CWY} in blocks of
     * fewer than D rows, and costs less there: O(r·D·(r + D)). Directions are less uniform, so estimates are biased when r is small.
     */
    TRUNCATED_CWY((rows, size, random) -> Directions.reflections(rows, rows, size, random)),
    /**
     * Directions from the corners of a simplex, rotated at random: each pair of a block has the dot product −1/(D−1), so sums of rows are short, which
     * positive features like best among couplings that do not see the norms. Unbiased; O(M·D²). Source: Simplex Random Features,
     * arXiv 2301.13856.
     */
    SIMPLEX(Directions::simplex),
    /**
     * SimRF+: simplex directions bent towards each block's norms by five steps {@code s_i ← −Σ_{j≠i} |w_j| s_j / |·|}. Unbiased; O(M·D²).
     * Source: arXiv 2301.13856, §4.
     */
    SIMPLEX_PLUS(null) {
        @Override
        double[][] directions(double[] norms, int headSize, CounterRandom random) {
            return Directions.bentSimplex(norms, headSize, random);
        }
    };

    /** Stands for the projection of the map, whatever map it is. */
    public static final String AUTO = "auto";

    private final Block block;

    Projection(Block block) {
        this.block = block;
    }

    /** Draws the unit rows of a block. */
    private interface Block {
        double[][] draw(int rows, int headSize, CounterRandom random);
    }

    /**
     * Draws W.
     *
     * @param rows number of rows
     * @param headSize D, the length of a row
     * @param seed names the draw; the same seed gives the same rows
     * @return [rows][D]
     * @throws IllegalArgumentException if there are no such rows of this length
     */
    public double[][] draw(int rows, int headSize, long seed) {
        double[] norms = norms(rows, headSize, seed);
        double[][] w = new double[rows][];
        for (int from = 0; from < rows; from += headSize) {
            double[] own = Arrays.copyOfRange(norms, from, Math.min(rows, from + headSize));
            double[][] unit = directions(own, headSize, CounterRandom.of(seed, from / headSize));
            for (int i = 0; i < own.length; i++) {
                Rows.scale(unit[i], own[i]);
                w[from + i] = unit[i];
            }
        }
        return w;
    }

    /** Returns the one name that is written: in lower case, with '-'. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Finds a projection by name.
     *
     * @param name in any case, with '-' or '_'
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static Projection named(String name) {
        return find(name).orElseThrow(() -> unknown(name, ""));
    }

    /**
     * Finds the projection of a map.
     *
     * @param name as {@link #named(String)} takes it, or {@code auto} for the map's own
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static Projection named(String name, FeatureMap map) {
        String known = canonical(name);
        return known.equals(AUTO) ? map.coupling().own() : named(known);
    }

    /**
     * Returns a name as it is written, {@code auto} included.
     *
     * @throws IllegalArgumentException if there is none of that name; the message lists all
     */
    public static String canonical(String name) {
        return AUTO.equalsIgnoreCase(name)
                ? AUTO
                : find(name).map(Projection::key).orElseThrow(() -> unknown(name, AUTO + ", "));
    }

    private static Optional<Projection> find(String name) {
        String constant = name == null ? null : name.replace('-', '_');
        return Arrays.stream(values())
                .filter(projection -> projection.name().equalsIgnoreCase(constant))
                .findFirst();
    }

    private static IllegalArgumentException unknown(String name, String also) {
        return new IllegalArgumentException("unknown projection; projection=" + name + ", known=" + also
                + Arrays.stream(values()).map(Projection::key).collect(Collectors.joining(", ")));
    }

    /** Returns the unit rows of a block; each has a seed of its own. */
    double[][] directions(double[] norms, int headSize, CounterRandom random) {
        return block.draw(norms.length, headSize, random);
    }

    /** Returns norms χ(D), from a stream of their own. */
    double[] norms(int rows, int headSize, long seed) {
        CounterRandom random = CounterRandom.of(seed, -1);
        double[] norms = new double[rows];
        for (int i = 0; i < rows; i++) {
            double sum = 0;
            for (int j = 0; j < headSize; j++) {
                double g = random.nextGaussian();
                sum += g * g;
            }
            norms[i] = Math.sqrt(sum);
        }
        return norms;
    }
}
