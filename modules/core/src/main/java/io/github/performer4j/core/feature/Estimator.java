package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.product.DoubleProducts;
import io.github.performer4j.kernels.product.SymmetricEigen;

/**
 * How a dense-exponential map chooses coordinates S and A of {@link Metric} for the queries x and keys y that it sees; M₁, M₂ are their second moments,
 * μ₁, μ₂ their means, {@code ψ = mean|x_i + y_j|² = tr M₁ + tr M₂ + 2 μ₁·μ₂}.
 */
public enum Estimator {
    /**
     * GERF for optimal positive features (FAVOR++): S = I, A scalar, the minimiser of the mean variance,
     * {@code A = (1 − 1/ρ)/8, ρ = (√((2ψ+D)² + 8Dψ) − 2ψ − D)/(4ψ)} (Likhosherstov et al., <em>Chefs' Random Tables</em>, arXiv 2205.15317).
     * O(T·D²) as all moments are taken at once.
     */
    OPRF {
        @Override
        Metric metric(Moments x, Moments y) {
            return Metric.scalar(x.size(), optimalA(psi(x, y), x.size()));
        }
    },
    /** OPRF in diagonal coordinates {@code S_ll = (M₂,ll / M₁,ll)^¼} (FAVOR#, arXiv 2302.00787). O(T·D²). */
    SADERF {
        @Override
        Metric metric(Moments x, Moments y) {
            int d = x.size();
            double[] s = new double[d * d];
            double[] inverse = new double[d * d];
            double floor1 = FLOOR * x.squaredNorm() / d;
            double floor2 = FLOOR * y.squaredNorm() / d;
            for (int l = 0; l < d; l++) {
                double ratio = (y.second()[l * d + l] + floor2) / (x.second()[l * d + l] + floor1);
                double root = Math.pow(ratio, 0.25);
                s[l * d + l] = usable(root) ? root : 1;
                inverse[l * d + l] = 1 / s[l * d + l];
            }
            return in(s, inverse, x, y);
        }
    },
    /**
     * S = I and a full A, diagonal in the eigenvectors of {@code M₁ + M₂ + μ₁μ₂ᵀ + μ₂μ₁ᵀ = QΛQᵀ}:
     * {@code A_ll = (1 − 2Λ_ll − √((2Λ_ll+1)² + 8Λ_ll))/16} (FAVOR#). O(T·D² + D³).
     */
    SDERF {
        @Override
        Metric metric(Moments x, Moments y) {
            int d = x.size();
            double[] sum = new double[d * d];
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    sum[i * d + j] = x.second()[i * d + j]
                            + y.second()[i * d + j]
                            + x.mean()[i] * y.mean()[j]
                            + y.mean()[i] * x.mean()[j];
                }
            }
            return Metric.spectral(SymmetricEigen.of(sum, d), lambda -> {
                double l = Math.max(lambda, 0);
                return (1 - 2 * l - Math.sqrt((2 * l + 1) * (2 * l + 1) + 8 * l)) / 16;
            });
        }
    },
    /**
     * OPRF in full coordinates, {@code S₁ = (M₁^½ M₂ M₁^½)^¼ M₁^{-½}}, {@code S₂ = (M₁^½ M₂ M₁^½)^{-¼} M₁^½}, which make queries and keys
     * equally long and equally spread: {@code S₁ᵀS₁ = M₁⁻¹ # M₂}, the geometric mean (FAVOR#; with {@code Λ₁^½Q₁ᵀQ₂Λ₂^½ = UΣVᵀ} it is the
     * {@code B₁ᵀB₁/(1−4A)} there, {@code Σ^½} with a plus). O(T·D² + D³).
     */
    ADERF {
        @Override
        Metric metric(Moments x, Moments y) {
            int d = x.size();
            double floor1 = FLOOR * x.squaredNorm() / d;
            double floor2 = FLOOR * y.squaredNorm() / d;
            if (!usable(floor1) || !usable(floor2)) {
                return OPRF.metric(x, y);
            }
            SymmetricEigen first = SymmetricEigen.of(x.second(), d);
            double[] root = first.apply(l -> Math.sqrt(Math.max(l, 0) + floor1));
            double[] inverseRoot = first.apply(l -> 1 / Math.sqrt(Math.max(l, 0) + floor1));
            double[] second = y.second().clone();
            for (int l = 0; l < d; l++) {
                second[l * d + l] += floor2;
            }
            double[] half = DoubleProducts.multiply(second, root, d, d, d);
            SymmetricEigen middle = SymmetricEigen.of(DoubleProducts.multiply(root, half, d, d, d), d);
            double least = floor1 * floor2; // what the floors leave
            double[] up = middle.apply(l -> Math.pow(Math.max(l, least), 0.25));
            double[] down = middle.apply(l -> Math.pow(Math.max(l, least), -0.25));
            return in(
                    DoubleProducts.multiply(inverseRoot, up, d, d, d),
                    DoubleProducts.multiply(root, down, d, d, d),
                    x,
                    y);
        }
    };

    /** Added to second moments, relative to their mean, so that directions without data do not get coordinates without end. */
    private static final double FLOOR = 1e-4;

    /** Returns what is best for the data; without rows of either kind S = I, A = 0, which is FAVOR+. */
    public Metric choose(Moments x, Moments y) {
        return x.count() == 0 || y.count() == 0 ? Metric.scalar(x.size(), 0) : metric(x, y);
    }

    abstract Metric metric(Moments x, Moments y);

    /** OPRF in coordinates of queries and of keys. */
    private static Metric in(double[] queries, double[] keys, Moments x, Moments y) {
        double a = optimalA(psi(x.in(queries), y.in(keys)), x.size());
        return Metric.scalar(x.size(), queries, keys, a);
    }

    private static boolean usable(double factor) {
        return factor > 0 && factor < Double.POSITIVE_INFINITY;
    }

    /** Returns {@code ψ = mean|x_i + y_j|²} of queries and keys with these moments; never negative. */
    public static double psi(Moments x, Moments y) {
        return Math.max(0, x.squaredNorm() + y.squaredNorm() + 2 * Rows.dot(x.mean(), y.mean()));
    }

    /**
     * Returns the A that minimises the mean second moment of GERF, {@code (1−4A)^D (1−8A)^{−D/2} exp(2(1−4A)/(1−8A) ψ)}.
     *
     * @param psi ψ ≥ 0
     * @param size D
     */
    public static double optimalA(double psi, int size) {
        double p = 2 * psi + size;
        // ρ multiplied out, so that small ψ do not cancel: ρ = 2D/(√(p² + 8Dψ) + p)
        double rho = 2.0 * size / (Math.sqrt(p * p + 8 * size * psi) + p);
        return (1 - 1 / rho) / 8;
    }
}
