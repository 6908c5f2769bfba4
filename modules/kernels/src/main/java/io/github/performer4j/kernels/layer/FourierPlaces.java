package io.github.performer4j.kernels.layer;

import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Columns of queries and keys whose products are a learned function of their offset, {@code e_q(i)·e_k(j) = f(c_i − c_j)}: the log-mask of FourierLearner-Transformers
 * (arXiv 2302.01925) by real columns, with a phase, so that left and right differ. The coordinates c_i have d numbers: i/range of tokens in a row, d = 1; of a grid of n_1 × … × n_d places, row-major,
 * those of the cell over the range. A class token in front of a grid is nowhere: its columns are 0, so that f is 0 between it and all.
 *
 * <p>The spectrum is a mixture of G Gaussians. Its frequencies are drawn from itself, so nothing is divided by a density: {@code ξ_gm = μ_g + e^{λ_g} ⊙ z_m}, z_m the quantiles of N(0, 1) at the R points
 * {@code ((m + ½)/R, r_2(m) + ½/R, r_3(m) + ½/R, …)} of Hammersley, r_b the digits of m in base b behind the point in reverse, and
 * {@code f(Δ) = Σ_g c_g² (1/R) Σ_m cos(2π ξ_gm·Δ − ψ_g)}, which tends to {@code Σ_g c_g² e^{−2π² |e^{λ_g} ⊙ Δ|²} cos(2π μ_g·Δ − ψ_g)} as R grows. With φ = 2π ξ_gm·c_i, a query has
 * {@code c_g/√R [cos(φ − ψ_g), sin(φ − ψ_g)]} and a key {@code c_g/√R [cos φ, sin φ]}: all cosines, then all sines, g by g. A head has the parameters c [G], μ [d,G], λ [d,G], ψ [G], one behind the other.
 *
 * @param components G
 * @param draws R
 * @param range in tokens, or cells of a side
 * @param sizes n_1, …, n_d; none for a row
 * @param classToken whether a place stands in front of the grid
 */
public record FourierPlaces(int components, int draws, int range, List<Integer> sizes, boolean classToken) {
    private static final int[] BASES = {2, 3, 5, 7};

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if one is not positive, or there are more than five dimensions
     */
    public FourierPlaces {
        if (components < 1 || draws < 1 || range < 1) {
            throw new IllegalArgumentException(
                    "components, draws and range of Fourier positions must be positive; components=" + components
                            + ", draws=" + draws + ", range=" + range);
        }
        sizes = List.copyOf(sizes);
        if (sizes.size() > BASES.length + 1 || sizes.stream().anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException("Fourier positions are on grids of at most " + (BASES.length + 1)
                    + " dimensions, of positive sizes; sizes=" + sizes);
        }
        if (classToken && sizes.isEmpty()) {
            throw new IllegalArgumentException("a class token stands in front of a grid; sizes=[]");
        }
    }

    /** Takes tokens in a row. */
    public FourierPlaces(int components, int draws, int range) {
        this(components, draws, range, List.of(), false);
    }

    /** Returns d. */
    public int dimensions() {
        return Math.max(1, sizes.size());
    }

    /** Returns how many columns there are, 2·G·R. */
    public int columns() {
        return 2 * components * draws;
    }

    /** Returns how many parameters a head has, (2 + 2d)·G. */
    public int parameters() {
        return (2 + 2 * dimensions()) * components;
    }

    /** Returns z, [d,R]. */
    public double[][] nodes() {
        NormalDistribution normal = new NormalDistribution(null, 0, 1);
        double[][] nodes = new double[dimensions()][draws];
        for (int l = 0; l < nodes.length; l++) {
            for (int m = 0; m < draws; m++) {
                double share = l == 0 ? (m + 0.5) / draws : reversed(m, BASES[l - 1]) + 0.5 / draws;
                nodes[l][m] = normal.inverseCumulativeProbability(share);
            }
        }
        return nodes;
    }

    /** Returns the digits of a number behind the point, the last one first, in [0, 1). */
    private static double reversed(int number, int base) {
        double value = 0;
        double weight = 1.0 / base;
        for (int rest = number; rest > 0; rest /= base) {
            value += rest % base * weight;
            weight /= base;
        }
        return value;
    }

    /**
     * Returns what a head begins as, [(2+2d)G]: c = 0.1, no phase, and one component without cycles; the others have 1, 4, 16, … cycles over the range, each along one dimension, in turn. Widths are half of the cycles, at least ½.
     */
    public double[] start() {
        double[] start = new double[parameters()];
        int d = dimensions();
        for (int g = 0; g < components; g++) {
            start[g] = 0.1;
            for (int l = 0; l < d; l++) {
                double mean = g > 0 && (g - 1) % d == l ? Math.pow(4, (g - 1) / d) : 0;
                start[(1 + l) * components + g] = mean;
                start[(1 + d + l) * components + g] = Math.log(Math.max(0.5, mean / 2));
            }
        }
        return start;
    }

    /**
     * Returns a head's columns at some places.
     *
     * @param parameters from {@code at} on
     * @param query whether they are a query's
     * @param first place, and how many there are
     * @param factor of all columns
     * @return [places,2GR]
     */
    public double[] columns(double[] parameters, int at, boolean query, int first, int places, double factor) {
        double[][] z = nodes();
        double[] columns = new double[Math.multiplyExact(places, columns())];
        int half = components * draws;
        for (int t = 0; t < places; t++) {
            double[] place = turns(first + t);
            for (int i = 0; place != null && i < half; i++) {
                double size = factor * parameters[at + i / draws] / Math.sqrt(draws);
                double angle = angle(parameters, at, i, z, query, place);
                columns[t * 2 * half + i] = size * Math.cos(angle);
                columns[t * 2 * half + half + i] = size * Math.sin(angle);
            }
        }
        return columns;
    }

    /** Returns 2π c of a place, [d]; null for a class token. Places behind a grid are on further rows of it. */
    private double[] turns(int place) {
        int rest = classToken ? place - 1 : place;
        if (rest < 0) {
            return null;
        }
        double[] turns = new double[dimensions()];
        for (int l = turns.length - 1; l > 0; l--) {
            turns[l] = 2 * Math.PI * (rest % sizes.get(l)) / range;
            rest /= sizes.get(l);
        }
        turns[0] = 2 * Math.PI * rest / range;
        return turns;
    }

    private double angle(double[] parameters, int at, int i, double[][] z, boolean query, double... turns) {
        int g = at + i / draws;
        int d = turns.length;
        double angle = query ? -parameters[g + (1 + 2 * d) * components] : 0;
        for (int l = 0; l < d; l++) {
            double width = Math.exp(parameters[g + (1 + d + l) * components]);
            angle += (parameters[g + (1 + l) * components] + width * z[l][i % draws]) * turns[l];
        }
        return angle;
    }

    /**
     * Adds derivatives with respect to the parameters.
     *
     * @param error derivative with respect to {@link #columns}, [places,2GR]
     * @param derivatives [(2+2d)G] from {@code at} on
     */
    public void backward(
            double[] parameters,
            int at,
            boolean query,
            int first,
            int places,
            double factor,
            double[] error,
            double[] derivatives) {
        double[][] z = nodes();
        int half = components * draws;
        double unit = factor / Math.sqrt(draws);
        for (int t = 0; t < places; t++) {
            double[] turns = turns(first + t);
            for (int i = 0; turns != null && i < half; i++) {
                int g = at + i / draws;
                int d = turns.length;
                double angle = angle(parameters, at, i, z, query, turns);
                double cos = Math.cos(angle);
                double sin = Math.sin(angle);
                double cosine = error[t * 2 * half + i];
                double sine = error[t * 2 * half + half + i];
                derivatives[g] += unit * (cosine * cos + sine * sin);
                double slope = unit * parameters[g] * (sine * cos - cosine * sin);
                for (int l = 0; l < d; l++) {
                    int width = g + (1 + d + l) * components;
                    derivatives[g + (1 + l) * components] += slope * turns[l];
                    derivatives[width] += slope * turns[l] * Math.exp(parameters[width]) * z[l][i % draws];
                }
                derivatives[g + (1 + 2 * d) * components] -= query ? slope : 0;
            }
        }
    }
}
