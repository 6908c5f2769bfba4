package io.github.performer4j.kernels;

import io.github.performer4j.kernels.attention.LinearAttentionKernel;

/**
 * Linear attention of one head by its definition, in double precision and O(T²·M) time, for features given as a function of a row:
 * {@code φ_i(x) = v_i exp(e_i − stabiliser) + ε}. The gradient through φ is by central differences of v and e; so is that to P, from
 * which the gradient to W comes for maps of P.
 */
public final class MappedAttentionOracle {
    private static final double STEP = 1e-6;

    /** Features of a row. */
    @FunctionalInterface
    public interface RowMap {
        /**
         * Returns values v and exponents e, {@code [2][M]}.
         *
         * @param x [D], unscaled
         * @param row which query or key it is
         */
        double[][] of(double[] x, int row, boolean query);
    }

    /**
     * Features of a row x that go through P = s W x.
     *
     * @param w W, [draws][D]
     * @param scale s
     */
    public record Projected(double[][] w, double scale, OfProjection features) implements RowMap {

        /** Features of P and x. */
        @FunctionalInterface
        public interface OfProjection {
            /** Returns values v and exponents e, as {@link RowMap} does. */
            double[][] of(double[] p, double[] x, boolean query);
        }

        @Override
        public double[][] of(double[] x, int row, boolean query) {
            return features.of(project(x), x, query);
        }

        double[] project(double[] x) {
            double[] p = new double[w.length];
            for (int i = 0; i < p.length; i++) {
                for (int l = 0; l < x.length; l++) {
                    p[i] += scale * w[i][l] * x[l];
                }
            }
            return p;
        }
    }

    private final RowMap map;
    private final double epsilon;
    private final boolean causal;
    private final double[] mask; // [Tk]

    public double[][] out;
    double[][] dq;
    double[][] dk;
    double[][] dv;
    public double[][] dw; // null if the map is not of P
    int underflows;

    public MappedAttentionOracle(RowMap map, double epsilon, boolean causal, double[] mask) {
        this.map = map;
        this.epsilon = epsilon;
        this.causal = causal;
        this.mask = mask;
    }

    public void run(double[][] q, double[][] k, double[][] v, double[][] error) {
        int size = v[0].length;
        out = new double[q.length][size];
        dv = new double[k.length][size];
        Rows queries = new Rows(q, true);
        Rows keys = new Rows(k, false);
        double all = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < k.length; j++) {
            all = mask[j] == 0 ? all : Math.max(all, keys.tops[j]);
        }
        double running = Double.NEGATIVE_INFINITY;
        for (int t = 0; t < q.length; t++) {
            if (causal && mask[t] != 0) {
                running = Math.max(running, keys.tops[t]);
            }
            attend(t, queries, keys, causal ? running : all, v, error[t]);
        }
        dq = queries.gradient(q);
        dk = keys.gradient(k);
        if (map instanceof Projected projected) {
            dw = new double[projected.w.length][q[0].length];
            queries.addProjectionGradient(q, projected, dw);
            keys.addProjectionGradient(k, projected, dw);
        }
    }

    private void attend(int t, Rows queries, Rows keys, double stabilizer, double[][] v, double[] error) {
        int m = queries.phi[t].length;
        double[] a = new double[v.length];
        double[] scale = new double[v.length];
        double[][] phi = new double[v.length][m];
        double sum = 0;
        int count = 0;
        for (int j = 0; j < v.length; j++) {
            if (!sees(t, j)) {
                continue;
            }
            count++;
            scale[j] = Math.exp(keys.tops[j] - stabilizer);
            for (int i = 0; i < m; i++) {
                phi[j][i] = keys.phi[j][i] * scale[j] + epsilon;
                a[j] += (queries.phi[t][i] + epsilon) * phi[j][i];
            }
            sum += a[j];
        }
        boolean under = Math.abs(sum) < LinearAttentionKernel.THRESHOLD;
        underflows += count > 0 && under ? 1 : 0;
        double along = 0;
        for (int x = 0; x < error.length; x++) {
            for (int j = 0; j < v.length; j++) {
                if (sees(t, j)) {
                    double weight = under ? 1.0 / count : a[j] / sum;
                    out[t][x] += weight * v[j][x];
                    dv[j][x] += weight * error[x];
                }
            }
            along += error[x] * out[t][x];
        }
        for (int j = 0; j < v.length && !under; j++) {
            if (!sees(t, j)) {
                continue;
            }
            double da = -along / sum;
            for (int x = 0; x < error.length; x++) {
                da += error[x] * v[j][x] / sum;
            }
            for (int i = 0; i < m; i++) {
                queries.dPhi[t][i] += da * phi[j][i];
                keys.dPhi[j][i] += da * (queries.phi[t][i] + epsilon) * scale[j];
            }
        }
    }

    private boolean sees(int t, int j) {
        return mask[j] != 0 && (!causal || j <= t);
    }

    /** Rows of one kind: φ without ε, stabilised by each row's own largest exponent, and its gradient. */
    private final class Rows {
        final boolean query;
        final double[] tops;
        final double[][] phi;
        final double[][] dPhi;

        Rows(double[][] x, boolean query) {
            this.query = query;
            tops = new double[x.length];
            phi = new double[x.length][];
            dPhi = new double[x.length][];
            for (int r = 0; r < x.length; r++) {
                tops[r] =
                        java.util.Arrays.stream(map.of(x[r], r, query)[1]).max().orElseThrow();
                phi[r] = phi(x[r], r);
                dPhi[r] = new double[phi[r].length];
            }
        }

        private double[] phi(double[] x, int r) {
            return phi(map.of(x, r, query), r);
        }

        private double[] phi(double[][] values, int r) {
            double[] out = values[0].clone();
            for (int i = 0; i < out.length; i++) {
                out[i] *= Math.exp(values[1][i] - tops[r]);
            }
            return out;
        }

        void addProjectionGradient(double[][] x, Projected projected, double[][] sum) {
            for (int r = 0; r < x.length; r++) {
                double[] p = projected.project(x[r]);
                for (int i = 0; i < p.length; i++) {
                    double centre = p[i];
                    p[i] = centre + STEP;
                    double[] up = phi(projected.features.of(p, x[r], query), r);
                    p[i] = centre - STEP;
                    double[] down = phi(projected.features.of(p, x[r], query), r);
                    p[i] = centre;
                    double dp = 0;
                    for (int m = 0; m < up.length; m++) {
                        dp += dPhi[r][m] * (up[m] - down[m]) / (2 * STEP);
                    }
                    for (int l = 0; l < x[r].length; l++) {
                        sum[i][l] += projected.scale * dp * x[r][l];
                    }
                }
            }
        }

        double[][] gradient(double[][] x) {
            double[][] dx = new double[x.length][x[0].length];
            for (int r = 0; r < x.length; r++) {
                for (int l = 0; l < x[r].length; l++) {
                    double centre = x[r][l];
                    x[r][l] = centre + STEP;
                    double[] up = phi(x[r], r);
                    x[r][l] = centre - STEP;
                    double[] down = phi(x[r], r);
                    x[r][l] = centre;
                    for (int i = 0; i < up.length; i++) {
                        dx[r][l] += dPhi[r][i] * (up[i] - down[i]) / (2 * STEP);
                    }
                }
            }
            return dx;
        }
    }
}
