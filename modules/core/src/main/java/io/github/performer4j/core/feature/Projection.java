package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.CounterRandom;

/**
 * How the rows w_1 … w_M of a projection W are drawn; the marginal distribution of each row is N(0, I) unless a constant says otherwise.
 *
 * <p>A draw is a pure function of its seed: {@code W = draw(rows, D, seed)}. Cost: O(M·D) for iid rows, O(M·D²) for orthogonal ones.
 */
public enum Projection {
    /** Independent rows. */
    IID {
        @Override
        public double[][] draw(int rows, int headSize, long seed) {
            return gaussian(rows, headSize, CounterRandom.of(seed));
        }
    },
    /**
     * Blocks of D mutually orthogonal rows, Haar-distributed directions, norms drawn χ(D) independently of the directions
     * (arXiv 2009.14794, §2.4): unbiased, and of lower variance than iid rows.
     */
    ORTHOGONAL {
        @Override
        public double[][] draw(int rows, int headSize, long seed) {
            double[][] w = haarRows(rows, headSize, seed);
            CounterRandom norms = CounterRandom.of(seed, -1);
            for (double[] row : w) {
                Rows.scale(row, chi(headSize, norms));
            }
            return w;
        }
    },
    /** The same directions with every norm √D: the kernel of SMREG, close to softmax and not equal to it. */
    ORTHOGONAL_REGULARIZED {
        @Override
        public double[][] draw(int rows, int headSize, long seed) {
            double[][] w = haarRows(rows, headSize, seed);
            for (double[] row : w) {
                Rows.scale(row, Math.sqrt(headSize));
            }
            return w;
        }
    };

    /**
     * Draws W.
     *
     * @param rows number of rows
     * @param headSize D, the length of a row
     * @param seed names the draw; the same seed gives the same rows
     * @return [rows][D]
     */
    public abstract double[][] draw(int rows, int headSize, long seed);

    private static double[][] gaussian(int rows, int headSize, CounterRandom random) {
        double[][] w = new double[rows][headSize];
        for (double[] row : w) {
            for (int j = 0; j < headSize; j++) {
                row[j] = random.nextGaussian();
            }
        }
        return w;
    }

    private static double chi(int headSize, CounterRandom random) {
        double sum = 0;
        for (int j = 0; j < headSize; j++) {
            double g = random.nextGaussian();
            sum += g * g;
        }
        return Math.sqrt(sum);
    }

    /** Unit rows, orthogonal within each block of D; each block has a seed of its own. */
    private static double[][] haarRows(int rows, int headSize, long seed) {
        double[][] w = new double[rows][];
        for (int block = 0; block * headSize < rows; block++) {
            double[][] q = orthonormalise(gaussian(headSize, headSize, CounterRandom.of(seed, block)));
            for (int i = 0; i < headSize && block * headSize + i < rows; i++) {
                w[block * headSize + i] = q[i];
            }
        }
        return w;
    }

    /**
     * Gram–Schmidt, twice for accuracy. Its R has a positive diagonal, so Q of a Gaussian matrix is Haar-distributed without the
     * sign fix that Householder QR needs.
     */
    private static double[][] orthonormalise(double[][] rows) {
        for (int i = 0; i < rows.length; i++) {
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    double overlap = Rows.dot(rows[i], rows[j]);
                    for (int l = 0; l < rows[i].length; l++) {
                        rows[i][l] -= overlap * rows[j][l];
                    }
                }
            }
            Rows.scale(rows[i], 1 / Math.sqrt(Rows.dot(rows[i], rows[i])));
        }
        return rows;
    }
}
