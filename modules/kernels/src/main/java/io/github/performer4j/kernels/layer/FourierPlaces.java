package io.github.performer4j.kernels.layer;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Columns of queries and keys whose products are a learned function of their offset, {@code e_q(i)·e_k(j) = f(c_i − c_j)}, c_i = i/range: the log-mask of FourierLearner-Transformers
 * (arXiv 2302.01925) by real columns, with a phase, so that left and right differ.
 *
 * <p>The spectrum is a mixture of G Gaussians. Its frequencies are drawn from itself, so nothing is divided by a density: {@code ξ_gm = μ_g + e^{λ_g} z_m}, z_m the quantiles (m + ½)/R of N(0, 1), and
 * {@code f(Δ) = Σ_g c_g² (1/R) Σ_m cos(2π ξ_gm Δ − ψ_g)}, which tends to {@code Σ_g c_g² e^{−2π² e^{2λ_g} Δ²} cos(2π μ_g Δ − ψ_g)} as R grows. With φ = 2π ξ_gm c_i, a query has
 * {@code c_g/√R [cos(φ − ψ_g), sin(φ − ψ_g)]} and a key {@code c_g/√R [cos φ, sin φ]}: all cosines, then all sines, g by g. A head has the parameters c, μ, λ, ψ, one behind the other.
 *
 * @param components G
 * @param draws R
 * @param range in tokens
 */
public record FourierPlaces(int components, int draws, int range) {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public FourierPlaces {
        if (components < 1 || draws < 1 || range < 1) {
            throw new IllegalArgumentException(
                    "components, draws and range of Fourier positions must be positive; components=" + components
                            + ", draws=" + draws + ", range=" + range);
        }
    }

    /** Returns how many columns there are, 2·G·R. */
    public int columns() {
        return 2 * components * draws;
    }

    /** Returns how many parameters a head has, 4·G. */
    public int parameters() {
        return 4 * components;
    }

    /** Returns z, [R]. */
    public double[] nodes() {
        NormalDistribution normal = new NormalDistribution(null, 0, 1);
        double[] nodes = new double[draws];
        Arrays.setAll(nodes, m -> normal.inverseCumulativeProbability((m + 0.5) / draws));
        return nodes;
    }

    /** Returns what a head begins as, [4G]: c = 0.1, μ = 0, 1, 4, 16, … cycles over the range, widths of half of that, at least ½, and no phase. */
    public double[] start() {
        double[] start = new double[parameters()];
        for (int g = 0; g < components; g++) {
            double mean = g == 0 ? 0 : Math.pow(4, g - 1);
            start[g] = 0.1;
            start[components + g] = mean;
            start[2 * components + g] = Math.log(Math.max(0.5, mean / 2));
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
        double[] z = nodes();
        double[] columns = new double[Math.multiplyExact(places, columns())];
        int half = components * draws;
        for (int t = 0; t < places; t++) {
            for (int i = 0; i < half; i++) {
                double size = factor * parameters[at + i / draws] / Math.sqrt(draws);
                double angle = angle(parameters, at, i, z, query, first + t);
                columns[t * 2 * half + i] = size * Math.cos(angle);
                columns[t * 2 * half + half + i] = size * Math.sin(angle);
            }
        }
        return columns;
    }

    private double angle(double[] parameters, int at, int i, double[] z, boolean query, int place) {
        int g = at + i / draws;
        double frequency = parameters[g + components] + Math.exp(parameters[g + 2 * components]) * z[i % draws];
        return 2 * Math.PI * frequency * place / range - (query ? parameters[g + 3 * components] : 0);
    }

    /**
     * Adds derivatives with respect to the parameters.
     *
     * @param error derivative with respect to {@link #columns}, [places,2GR]
     * @param derivatives [4G] from {@code at} on
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
        double[] z = nodes();
        int half = components * draws;
        double unit = factor / Math.sqrt(draws);
        for (int t = 0; t < places; t++) {
            double turn = 2 * Math.PI * (first + t) / range;
            for (int i = 0; i < half; i++) {
                int g = at + i / draws;
                double angle = angle(parameters, at, i, z, query, first + t);
                double cos = Math.cos(angle);
                double sin = Math.sin(angle);
                double cosine = error[t * 2 * half + i];
                double sine = error[t * 2 * half + half + i];
                derivatives[g] += unit * (cosine * cos + sine * sin);
                double slope = unit * parameters[g] * (sine * cos - cosine * sin);
                derivatives[g + components] += slope * turn;
                derivatives[g + 2 * components] +=
                        slope * turn * Math.exp(parameters[g + 2 * components]) * z[i % draws];
                derivatives[g + 3 * components] -= query ? slope : 0;
            }
        }
    }
}
