package io.github.performer4j.core.feature;

import java.util.Arrays;
import java.util.function.DoubleToIntFunction;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.special.Gamma;

/**
 * The law of the counts w of {@link DiscreteFeatures} and its one parameter, shared by the coordinates. Below, g_l stands for x'_l y'_l; of many queries and keys,
 * {@code g_l = √(mean(x'_l²) mean(y'_l²))}.
 *
 * <p>Counts come from uniform numbers u by inverting P(W &gt; w), so that u near 0, where float32 is fine, gives the large counts, which weigh most.
 */
public enum DiscreteLaw {
    /**
     * {@code φ_w(x') = e^{λD/2} Π x'_l^{w_l} λ^{−w_l/2}}, w_l ~ Poisson(λ). Second moment of an estimate {@code e^{λD} exp(Σ g_l²/λ)}, that is,
     * {@code SM² exp(Σ (g_l − λ)²/λ)}: least at {@code λ* = √(Σ g_l²/D)}, and little where all coordinates have like products; so margins make them alike.
     */
    POISSON {
        @Override
        public double parameter(double[] g) {
            double sum = 0;
            for (double value : g) {
                sum += value * value / g.length;
            }
            double lambda = Math.sqrt(sum);
            return lambda < LARGEST_LAMBDA ? Math.max(lambda, SMALLEST_LAMBDA) : LARGEST_LAMBDA;
        }

        @Override
        DoubleToIntFunction counts(double lambda) {
            return new PoissonTable(lambda)::count;
        }

        @Override
        double logWeight(int w, double lambda) {
            return -w * Math.log(lambda) / 2;
        }

        @Override
        double logCommon(double lambda, int size) {
            return lambda * size / 2;
        }

        @Override
        double[] margins(double[] heights) {
            double level = 1.25 * Arrays.stream(heights).max().orElseThrow();
            return Arrays.stream(heights)
                    .map(height -> Math.max(level - height, SMALLEST_MARGIN))
                    .toArray();
        }
    },
    /**
     * {@code φ_w(x') = p^{−D/2} Π x'_l^{w_l} (1−p)^{−w_l/2} (w_l!)^{−½}}, P(w) = p(1−p)^w. Second moment of an estimate {@code p^{−D} Π I₀(2g_l/√(1−p))}; p*
     * minimises it. It grows with every g_l beside SM², so margins are narrow.
     */
    GEOMETRIC {
        @Override
        public double parameter(double[] g) {
            if (Arrays.stream(g).anyMatch(value -> !(value < 1e100))) {
                return 0.5; // such rows have no finite features under any law
            }
            // −log p and log I₀ are convex in log(1−p); the logit runs along it, so there is one minimum
            UnivariateObjectiveFunction moment = new UnivariateObjectiveFunction(logit -> {
                double root = 2 * Math.sqrt(1 + Math.exp(logit)); // 2/√(1−p)
                double sum = g.length * Math.log1p(Math.exp(-logit));
                for (double value : g) {
                    sum += Bessel.logI0(value * root);
                }
                return sum;
            });
            double logit = new BrentOptimizer(1e-9, 1e-9)
                    .optimize(
                            new MaxEval(1000),
                            moment,
                            GoalType.MINIMIZE,
                            new SearchInterval(LEAST_LOGIT, LARGEST_LOGIT))
                    .getPoint();
            return 1 / (1 + Math.exp(-logit));
        }

        @Override
        DoubleToIntFunction counts(double p) {
            double log = Math.log1p(-p);
            return u -> (int) (Math.log(u) / log);
        }

        @Override
        double logWeight(int w, double p) {
            return -(w * Math.log1p(-p) + Gamma.logGamma(w + 1.0)) / 2;
        }

        @Override
        double logCommon(double p, int size) {
            return -size * Math.log(p) / 2;
        }

        @Override
        double[] margins(double[] heights) {
            double mean = Arrays.stream(heights).average().orElseThrow();
            return Arrays.stream(heights)
                    .map(height -> Math.max(Math.max(height, mean) / 10, SMALLEST_MARGIN))
                    .toArray();
        }
    };

    /** Keeps x' positive where a coordinate is the same in all rows. */
    private static final double SMALLEST_MARGIN = 1e-3;

    /** Bounds of λ; estimates are unbiased whatever λ is, and beyond them float32 features are of no use. */
    private static final double LARGEST_LAMBDA = 1e6;

    private static final double SMALLEST_LAMBDA = 1e-9;
    /** p from 1e-5, so that counts are exact in float32, to 1 − 2e-12. */
    private static final double LEAST_LOGIT = -11.5;

    private static final double LARGEST_LOGIT = 27;

    /** Returns λ* or p*, the parameter of least second moment for products g, [D], not negative. */
    public abstract double parameter(double[] g);

    /** Returns the count of a uniform number in (0,1). */
    abstract DoubleToIntFunction counts(double parameter);

    /** Returns the logarithm of a coordinate's factor of φ_w(x') beside x'^w and the common one. */
    abstract double logWeight(int w, double parameter);

    /** Returns the logarithm of the factor of φ_w(x') that does not depend on w. */
    abstract double logCommon(double parameter, int size);

    /**
     * Returns how far below the least value of each coordinate the shift c lies.
     *
     * @param heights mean of x_l − min_l over queries and over keys, [D]
     */
    abstract double[] margins(double[] heights);
}
