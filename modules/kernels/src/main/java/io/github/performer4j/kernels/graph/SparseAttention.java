package io.github.performer4j.kernels.graph;

import java.util.Arrays;

/**
 * The sums of attention masked by a graph kernel, {@code S_i = Σ_j K_ij (φ(q_i)·φ(k_j)) v_j}, K = Φ Φ'ᵀ, for one head, and their gradient: linear in the places of Φ and Φ'.
 *
 * <p>{@code S_i = φ(q_i)ᵀ [Φ(Φ'ᵀ(φ(k) ⊗ v))]_i}: for each feature m two sparse products of [N,C], so O(places·M·C) time. Features go together in blocks, in O(N·(C + {@value #COLUMNS}))
 * memory. Backward computes the forward products again. Values carry a column of ones, so that S has numerator and denominator side by side.
 */
public final class SparseAttention {
    private static final int COLUMNS = 64; // of a block, about

    private final int nodes;
    private final int features;
    private final int columns;
    private final GraphEntries entries;
    private final int[] usedLeft;
    private final int[] usedRight;
    private final int block; // features that go together

    /**
     * Reads a graph.
     *
     * @param numbers entries, [S,2+2L] from {@code offset} on, as {@link GraphRows} writes them
     * @param count S
     * @param nodes N
     * @param lengths L
     * @param features M
     * @param columns C of values
     * @throws IllegalArgumentException naming the entry, if it names no nodes, or a value is negative or not finite
     */
    public SparseAttention(double[] numbers, int offset, int count, int nodes, int lengths, int features, int columns) {
        this.nodes = nodes;
        this.features = features;
        this.columns = columns;
        entries = GraphEntries.read(numbers, offset, count, nodes, lengths);
        usedLeft = entries.used(entries.left());
        usedRight = entries.used(entries.right());
        block = Math.max(1, COLUMNS / columns);
    }

    /**
     * Arrays of one head among those of many, row-major: φ(q) and φ(k) [N,M] at {@code head·N·M}, values [N,C] at {@code head·N·C}, f [L] at {@code weights}.
     *
     * @param head number of the head among all heads of the batch
     * @param weights where its f begins
     */
    public record Place(int head, int weights) {}

    /**
     * Computes S.
     *
     * @param sums receives it, [N,C] of the head, 0 at first
     */
    public void forward(Place at, double[] q, double[] k, double[] v, double[] f, double[] sums) {
        Head head = new Head(at, k, v, f);
        for (int from = 0; from < features; from += block) {
            head.products(from, Math.min(features, from + block));
            for (int i = 0; i < nodes; i++) {
                for (int m = 0; m < head.width; m++) {
                    double phi = q[head.features(i, from + m)];
                    add(phi, head.y, i * head.n + m * columns, sums, head.values(i), columns);
                }
            }
        }
    }

    /**
     * Computes the derivatives.
     *
     * @param error derivative with respect to S, laid out as S
     * @param dq receives that with respect to φ(q), laid out as it; so do the others, and that of f is added to what stands there
     */
    public void backward(
            Place at,
            double[] q,
            double[] k,
            double[] v,
            double[] f,
            double[] error,
            double[] dq,
            double[] dk,
            double[] dv,
            double[] df) {
        Head head = new Head(at, k, v, f);
        double[] dLeft = new double[entries.places()];
        double[] dRight = new double[entries.places()];
        double[] u = new double[Math.multiplyExact(nodes, block * columns)]; // dS ⊗ φ(q), then dx
        double[] dz = new double[u.length];
        for (int from = 0; from < features; from += block) {
            head.products(from, Math.min(features, from + block));
            for (int i = 0; i < nodes; i++) {
                for (int m = 0; m < head.width; m++) {
                    int place = head.features(i, from + m);
                    int row = i * head.n + m * columns;
                    dq[place] = dot(error, head.values(i), head.y, row, columns);
                    product(q[place], error, head.values(i), u, row, columns);
                }
            }
            Arrays.fill(dz, 0);
            for (int p : usedLeft) {
                int row = entries.row()[p] * head.n;
                int column = entries.column()[p] * head.n;
                dLeft[p] += dot(u, row, head.z, column, head.n);
                add(head.left[p], u, row, dz, column, head.n);
            }
            Arrays.fill(u, 0);
            for (int p : usedRight) {
                int row = entries.row()[p] * head.n;
                int column = entries.column()[p] * head.n;
                dRight[p] += dot(head.x, row, dz, column, head.n);
                add(head.right[p], dz, column, u, row, head.n);
            }
            for (int j = 0; j < nodes; j++) {
                for (int m = 0; m < head.width; m++) {
                    int place = head.features(j, from + m);
                    int row = j * head.n + m * columns;
                    dk[place] = dot(u, row, v, head.values(j), columns);
                    add(k[place], u, row, dv, head.values(j), columns);
                }
            }
        }
        int lengths = entries.channels();
        for (int p = 0; p < entries.places(); p++) {
            for (int l = 0; l < lengths; l++) {
                df[at.weights() + l] += dLeft[p] * entries.left()[p * lengths + l];
                df[at.weights() + l] += dRight[p] * entries.right()[p * lengths + l];
            }
        }
    }

    private static double dot(double[] a, int atA, double[] b, int atB, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += a[atA + i] * b[atB + i];
        }
        return sum;
    }

    private static void product(double factor, double[] from, int atFrom, double[] to, int atTo, int n) {
        for (int i = 0; i < n; i++) {
            to[atTo + i] = factor * from[atFrom + i];
        }
    }

    private static void add(double factor, double[] from, int atFrom, double[] to, int atTo, int n) {
        for (int i = 0; i < n; i++) {
            to[atTo + i] += factor * from[atFrom + i];
        }
    }

    /** The products of one head, for a block of features: x = φ(k) ⊗ v, z = Φ'ᵀx, y = Φz, each [N,width·C]. */
    private final class Head {
        private final Place at;
        private final double[] k;
        private final double[] v;
        private final double[] left;
        private final double[] right;
        private double[] x = new double[0];
        private double[] z = x;
        private double[] y = x;
        private int width; // features of the block
        private int n; // columns of the products

        Head(Place at, double[] k, double[] v, double[] f) {
            this.at = at;
            this.k = k;
            this.v = v;
            left = entries.mix(entries.left(), f, at.weights());
            right = entries.mix(entries.right(), f, at.weights());
        }

        int features(int node, int m) {
            return (at.head() * nodes + node) * features + m;
        }

        int values(int node) {
            return (at.head() * nodes + node) * columns;
        }

        void products(int from, int to) {
            width = to - from;
            n = width * columns;
            if (x.length != nodes * n) {
                x = new double[Math.multiplyExact(nodes, n)];
                z = new double[x.length];
                y = new double[x.length];
            }
            for (int j = 0; j < nodes; j++) {
                for (int m = 0; m < width; m++) {
                    double phi = k[features(j, from + m)];
                    product(phi, v, values(j), x, j * n + m * columns, columns);
                }
            }
            Arrays.fill(z, 0);
            for (int p : usedRight) {
                add(right[p], x, entries.row()[p] * n, z, entries.column()[p] * n, n);
            }
            Arrays.fill(y, 0);
            for (int p : usedLeft) {
                add(left[p], z, entries.column()[p] * n, y, entries.row()[p] * n, n);
            }
        }
    }
}
