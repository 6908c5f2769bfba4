package io.github.performer4j.studies;

import io.github.performer4j.kernels.math.CounterRandom;

/**
 * Queries and keys of one head, and the pairs of them whose kernel is estimated. Maps that fit their data see all rows.
 *
 * @param queries scaled queries x, [n][D]
 * @param keys scaled keys y, [m][D]
 * @param pairs [P][2]: index of a query, index of a key
 */
public record Head(double[][] queries, double[][] keys, int[][] pairs) {
    /** Rows on the sphere beside the pair, of each kind: what data-dependent maps see. */
    public static final int COMPANY = 64;
    /** How far the others stray from x and y: length of the noise that is added before they are put back on the sphere, as a share of the norm. */
    private static final double SPREAD = 0.5;

    public Head {
        if (queries.length == 0 || keys.length == 0 || pairs.length == 0) {
            throw new IllegalArgumentException("a head needs queries, keys and pairs; queries=" + queries.length
                    + ", keys=" + keys.length + ", pairs=" + pairs.length);
        }
    }

    /**
     * Returns one pair on a sphere in a random plane, among {@value #COMPANY} queries around x and as many keys around y, all of one norm.
     *
     * @param size D ≥ 2
     * @param norm |x| = |y|
     * @param degrees angle between x and y, 0 … 180
     * @param seed names plane and company
     */
    public static Head onSphere(int size, double norm, double degrees, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        double[] u = scaled(gaussian(size, random), 1);
        double[] v = gaussian(size, random);
        double along = dot(u, v);
        for (int l = 0; l < size; l++) {
            v[l] -= along * u[l];
        }
        scaled(v, 1);
        double angle = Math.toRadians(degrees);
        double[][] queries = new double[COMPANY][];
        double[][] keys = new double[COMPANY][];
        queries[0] = new double[size];
        keys[0] = new double[size];
        for (int l = 0; l < size; l++) {
            queries[0][l] = norm * u[l];
            // 180° exactly, so that estimates which are exact there show it
            keys[0][l] = degrees == 180 ? -queries[0][l] : norm * (Math.cos(angle) * u[l] + Math.sin(angle) * v[l]);
        }
        for (int i = 1; i < COMPANY; i++) {
            queries[i] = around(queries[0], norm, random);
            keys[i] = around(keys[0], norm, random);
        }
        return new Head(queries, keys, new int[][] {{0, 0}});
    }

    private static double[] around(double[] centre, double norm, CounterRandom random) {
        double[] row = gaussian(centre.length, random);
        for (int l = 0; l < row.length; l++) {
            row[l] = centre[l] + SPREAD * norm * row[l] / Math.sqrt(row.length);
        }
        return scaled(row, norm);
    }

    private static double[] gaussian(int size, CounterRandom random) {
        double[] row = new double[size];
        for (int l = 0; l < size; l++) {
            row[l] = random.nextGaussian();
        }
        return row;
    }

    private static double[] scaled(double[] row, double norm) {
        double factor = norm / Math.sqrt(dot(row, row));
        for (int l = 0; l < row.length; l++) {
            row[l] *= factor;
        }
        return row;
    }

    /** Returns the query of a pair. */
    double[] query(int pair) {
        return queries[pairs[pair][0]];
    }

    /** Returns the key of a pair. */
    double[] key(int pair) {
        return keys[pairs[pair][1]];
    }

    /** Returns exp(x·y) of a pair. */
    double kernel(int pair) {
        return Math.exp(dot(query(pair), key(pair)));
    }

    /** Returns √(|x||y|), averaged over pairs. */
    public double norm() {
        double sum = 0;
        for (int p = 0; p < pairs.length; p++) {
            sum += Math.sqrt(length(query(p)) * length(key(p)));
        }
        return sum / pairs.length;
    }

    /** Returns the angle between x and y in degrees, averaged over pairs; 90 where one of them is 0. */
    public double angle() {
        double sum = 0;
        for (int p = 0; p < pairs.length; p++) {
            double lengths = length(query(p)) * length(key(p));
            double cosine = lengths == 0 ? 0 : dot(query(p), key(p)) / lengths;
            sum += Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
        }
        return sum / pairs.length;
    }

    private static double length(double[] x) {
        return Math.sqrt(dot(x, x));
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int l = 0; l < a.length; l++) {
            sum += a[l] * b[l];
        }
        return sum;
    }
}
