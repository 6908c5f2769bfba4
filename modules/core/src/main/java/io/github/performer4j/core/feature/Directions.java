package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.math.CounterRandom;

/** Unit rows of one block of a projection, at most D of them. */
final class Directions {
    /** Fixed-point steps of SimRF+; the authors found no gain in more. */
    private static final int STEPS = 5;

    private Directions() {}

    /** Returns independent rows N(0, I). */
    static double[][] gaussian(int rows, int size, CounterRandom random) {
        double[][] w = new double[rows][size];
        for (double[] row : w) {
            for (int j = 0; j < size; j++) {
                row[j] = random.nextGaussian();
            }
        }
        return w;
    }

    /** Returns independent rows, uniform on the sphere. */
    static double[][] units(int rows, int size, CounterRandom random) {
        double[][] w = gaussian(rows, size, random);
        for (double[] row : w) {
            normalise(row);
        }
        return w;
    }

    /** Returns the first rows of a Haar-distributed orthogonal matrix. */
    static double[][] haar(int rows, int size, CounterRandom random) {
        return orthonormalise(gaussian(rows, size, random)); // a row depends on those before it only
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
            normalise(rows[i]);
        }
        return rows;
    }

    /** Returns rows of a product of 2D⌈log₂D⌉ rotations, each of two random axes by a random angle, with random signs. */
    static double[][] givens(int rows, int size, CounterRandom random) {
        double[][] q = new double[rows][size];
        for (int i = 0; i < rows; i++) {
            q[i][i] = 1;
        }
        int rotations = size == 1 ? 0 : 2 * size * (32 - Integer.numberOfLeadingZeros(size - 1));
        for (int n = 0; n < rotations; n++) {
            int a = random.nextInt(size);
            int b = random.nextInt(size - 1);
            b += b >= a ? 1 : 0;
            double angle = 2 * Math.PI * random.nextDouble();
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            for (double[] row : q) {
                double x = row[a];
                row[a] = cos * x - sin * row[b];
                row[b] = sin * x + cos * row[b];
            }
        }
        return signed(q, random);
    }

    /** Returns the first columns of a product of n reflections at random vectors, as rows with random signs. */
    static double[][] reflections(int n, int rows, int size, CounterRandom random) {
        return signed(Reflections.compact(units(n, size, random), rows), random);
    }

    /** Gives each row a random sign. */
    private static double[][] signed(double[][] rows, CounterRandom random) {
        for (double[] row : rows) {
            Rows.scale(row, random.nextDouble() < 0.5 ? -1 : 1);
        }
        return rows;
    }

    /** Returns rows of (H D/√size)³, H the Hadamard matrix and D random signs, anew each time. */
    static double[][] hadamard(int rows, int size, CounterRandom random) {
        if (Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException(
                    "Hadamard projections need a head size that is a power of two; D=" + size);
        }
        double[][] q = new double[rows][size];
        for (int i = 0; i < rows; i++) {
            q[i][i] = 1;
        }
        for (int pass = 0; pass < 3; pass++) {
            double[] signs = new double[size];
            for (int j = 0; j < size; j++) {
                signs[j] = random.nextDouble() < 0.5 ? -1 : 1;
            }
            for (double[] row : q) {
                walshHadamard(row);
                for (int j = 0; j < size; j++) {
                    row[j] *= signs[j];
                }
            }
        }
        return q;
    }

    private static void walshHadamard(double[] x) {
        for (int half = 1; half < x.length; half *= 2) {
            for (int i = 0; i < x.length; i += 2 * half) {
                for (int j = i; j < i + half; j++) {
                    double sum = x[j] + x[j + half];
                    x[j + half] = x[j] - x[j + half];
                    x[j] = sum;
                }
            }
        }
        Rows.scale(x, 1 / Math.sqrt(x.length));
    }

    /** Returns corners of a regular simplex around 0 in R^D, rotated at random. */
    static double[][] simplex(int rows, int size, CounterRandom random) {
        return rotated(corners(rows, size), size, random);
    }

    /**
     * Returns directions for rows of given norms: the simplex, moved by the fixed-point steps of SimRF+, then rotated at random.
     *
     * @param norms |w_i|
     */
    static double[][] bentSimplex(double[] norms, int size, CounterRandom random) {
        double[][] s = corners(norms.length, size);
        for (int step = 0; step < STEPS && norms.length > 1; step++) {
            for (int i = 0; i < s.length; i++) {
                double[] sum = new double[size];
                for (int j = 0; j < s.length; j++) {
                    for (int l = 0; l < size && j != i; l++) {
                        sum[l] -= norms[j] * s[j][l];
                    }
                }
                if (Rows.dot(sum, sum) > 0) {
                    normalise(sum);
                    s[i] = sum;
                }
            }
        }
        return rotated(s, size, random);
    }

    /** {@code s_i = √(d/(d−1)) e_i − (√d+1)/(d−1)^{3/2} (1,…,1,0)} for i &lt; d, {@code s_d = (1,…,1,0)/√(d−1)}. */
    private static double[][] corners(int rows, int size) {
        double[][] s = new double[rows][size];
        double d = size;
        for (int i = 0; i < rows; i++) {
            if (size == 1) {
                s[i][0] = 1;
                continue;
            }
            double all = i < size - 1 ? -(Math.sqrt(d) + 1) / Math.pow(d - 1, 1.5) : 1 / Math.sqrt(d - 1);
            java.util.Arrays.fill(s[i], 0, size - 1, all);
            if (i < size - 1) {
                s[i][i] += Math.sqrt(d / (d - 1));
            }
        }
        return s;
    }

    private static double[][] rotated(double[][] s, int size, CounterRandom random) {
        double[][] r = haar(size, size, random);
        double[][] w = new double[s.length][size];
        for (int i = 0; i < s.length; i++) {
            for (int l = 0; l < size; l++) {
                for (int j = 0; j < size; j++) {
                    w[i][j] += s[i][l] * r[l][j];
                }
            }
        }
        return w;
    }

    private static void normalise(double[] row) {
        Rows.scale(row, 1 / Math.sqrt(Rows.dot(row, row)));
    }
}
