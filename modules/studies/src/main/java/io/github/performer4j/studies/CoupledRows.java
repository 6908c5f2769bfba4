package io.github.performer4j.studies;

import io.github.performer4j.core.feature.Projection;
import java.util.Optional;

/**
 * The joint moment of two coupled rows of W, without Monte Carlo: {@code ρ(s) = E exp((w_i + w_j)·z)}, s = |z|², e^s if rows were independent.
 *
 * <p>With a uniform direction of w_i + w_j, {@code E exp(v·z) = Σ_k (s|v|²/4)^k Γ(D/2) / (k! Γ(k + D/2))} given its length. Norms are χ(D) and the cosine
 * between rows is −c, so {@code |v|² = t(1 − c sin 2φ)} with independent t ~ χ²(2D) and φ of density ∝ (sin φ cos φ)^{D−1} on [0, π/2]; moments of t are known:
 * {@code ρ = Σ_k (s/2)^k Γ(D+k) Γ(D/2) / (k! Γ(D) Γ(D/2+k)) E(1 − c sin 2φ)^k}. c = 0 for orthogonal rows, 1/(D−1) for a simplex; −c is that of
 * w_i − w_j, and s &lt; 0 gives cosines in the place of exponentials.
 */
enum CoupledRows {
    /** Orthogonal in blocks of D. */
    ORTHOGONAL {
        @Override
        double cosine(int size) {
            return 0;
        }
    },
    /** Simplices in blocks of D. */
    SIMPLEX {
        @Override
        double cosine(int size) {
            return 1.0 / (size - 1);
        }
    };

    private static final int NODES = 256; // of the trapezoid rule; the density is smooth and vanishes at both ends
    private static final int TERMS = 20_000;
    private static final double ROUNDING = 1e-18;

    /** Returns the coupling of a projection whose directions are uniform and whose angles are fixed. */
    static Optional<CoupledRows> of(Projection projection) {
        for (CoupledRows coupling : values()) {
            if (coupling.name().equals(projection.name())) {
                return Optional.of(coupling);
            }
        }
        return Optional.empty();
    }

    /** Returns c ≥ 0: the cosine between two rows is −c. */
    abstract double cosine(int size);

    /** Returns how many ordered pairs of n rows are in one block. */
    static double pairs(int rows, int size) {
        double rest = rows % size;
        return (double) (rows / size) * size * (size - 1) + rest * (rest - 1);
    }

    /**
     * Returns ρ(s) of two rows, with −1 as sign of their difference.
     *
     * @param size D
     * @param s |z|², negative for E cos(v·z) with |z|² = −s
     */
    double moment(int size, double s, int sign) {
        double c = sign * cosine(size);
        double[] weights = new double[NODES];
        double[] powers = new double[NODES];
        double[] bases = new double[NODES];
        double total = 0;
        for (int i = 0; i < NODES; i++) {
            double sine = Math.sin(Math.PI * (i + 0.5) / NODES); // sin 2φ
            weights[i] = Math.pow(sine, size - 1);
            total += weights[i];
            powers[i] = 1;
            bases[i] = 1 - c * sine;
        }
        double sum = 0;
        double term = 1;
        for (int k = 0; k < TERMS; k++) {
            double mean = 0;
            for (int i = 0; i < NODES; i++) {
                mean += weights[i] / total * powers[i];
                powers[i] *= bases[i];
            }
            sum += term * mean;
            if (Math.abs(term * mean) < ROUNDING * Math.abs(sum)) {
                break;
            }
            term *= s / 2 / (k + 1) * (size + k) / (size / 2.0 + k);
        }
        return sum;
    }
}
