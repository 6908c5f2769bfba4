package io.github.performer4j.tuning.search;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.special.Erf;

/** A density on [0, 1], estimated from points there: one coordinate of {@link TreeParzen}. */
sealed interface Density {
    /** Draws a point. */
    double draw(SplittableRandom random);

    /** Returns log p(u). */
    double log(double u);

    /**
     * A mixture of normals, each cut off to [0, 1], of equal weights: one for every point and the prior N(1/2, 1).
     *
     * <p>p(u) = 1/(n+1) Σ_i φ((u − μ_i)/σ_i) / (σ_i (Φ((1 − μ_i)/σ_i) − Φ(−μ_i/σ_i))), with σ_i the larger distance of
     * μ_i to its neighbours among the centres (the prior's included) and the ends, in [1/min(100, n+2), 1] (Bergstra et
     * al. 2011, section 4.1, and its reference implementation).
     */
    final class Mixture implements Density {
        private static final double PRIOR_CENTRE = 0.5;
        private static final double PRIOR_WIDTH = 1;
        private static final double FINEST = 100;

        private final double[] centres;
        private final double[] widths;

        Mixture(double... points) {
            int n = points.length;
            centres = Arrays.copyOf(points, n + 1);
            centres[n] = PRIOR_CENTRE;
            double[] sorted = centres.clone();
            Arrays.sort(sorted);
            widths = new double[n + 1];
            double least = 1 / Math.min(FINEST, n + 2);
            for (int i = 0; i < n; i++) {
                int at = Arrays.binarySearch(sorted, centres[i]);
                double left = at == 0 ? 0 : sorted[at - 1];
                double right = at == n ? 1 : sorted[at + 1];
                widths[i] = Math.max(least, Math.max(centres[i] - left, right - centres[i]));
            }
            widths[n] = PRIOR_WIDTH;
        }

        @Override
        public double draw(SplittableRandom random) {
            int i = random.nextInt(centres.length);
            while (true) { // no normal around a point of [0, 1] that is at most 1 wide has less than a third of itself
                // there
                double u = centres[i] + widths[i] * random.nextGaussian();
                if (u >= 0 && u <= 1) {
                    return u;
                }
            }
        }

        @Override
        public double log(double u) {
            double sum = 0;
            for (int i = 0; i < centres.length; i++) {
                double z = (u - centres[i]) / widths[i];
                double inside = normal((1 - centres[i]) / widths[i]) - normal(-centres[i] / widths[i]);
                sum += Math.exp(-0.5 * z * z) / (Math.sqrt(2 * Math.PI) * widths[i] * inside);
            }
            return Math.log(sum / centres.length);
        }

        private static double normal(double z) {
            return 0.5 * (1 + Erf.erf(z / Math.sqrt(2)));
        }
    }

    /**
     * Shares of k values, value j being the points of [j/k, (j+1)/k): p_j = (n_j + 1) / (n + k). What is drawn is the
     * middle of a value's points.
     */
    final class Shares implements Density {
        private final double[] shares;

        Shares(int k, double... points) {
            shares = new double[k];
            Arrays.fill(shares, 1.0 / (points.length + k));
            for (double u : points) {
                shares[value(u)] += 1.0 / (points.length + k);
            }
        }

        private int value(double u) {
            return Math.min(shares.length - 1, (int) (u * shares.length));
        }

        @Override
        public double draw(SplittableRandom random) {
            double left = random.nextDouble();
            int j = 0;
            while (j < shares.length - 1 && left >= shares[j]) {
                left -= shares[j];
                j++;
            }
            return (j + 0.5) / shares.length;
        }

        @Override
        public double log(double u) {
            return Math.log(shares[value(u)] * shares.length);
        }
    }
}
