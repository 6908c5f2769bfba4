package io.github.performer4j.kernels;

import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.LinearAttentionKernel;
import io.github.performer4j.kernels.math.ScalarFunction;

/**
 * Linear attention of one head written out, in double precision and O(T²·M) time: {@code A_tj = Σ_i φ_i(q_t) φ_i(k_j)} with stabilisers that
 * are constants, {@code out_t = Σ_j A_tj v_j / Σ_j A_tj}, and its gradient. With decay, A_tj is multiplied by {@code exp(−|c_t − c_j|)}, c the running sum of a.
 */
final class LinearAttentionOracle {
    final FeatureKernel features;
    final double[][] w; // [draws][D] or null
    final boolean causal;
    final double[] mask; // [Tk]

    double[][] out;
    double[][] dq;
    double[][] dk;
    double[][] dv;
    double[][] dw; // null without w
    double[] da; // null without decay
    int underflows;

    private double[] decay; // a [Tk], 0 where masked; null for none
    private double[] sums; // c
    private double[][] qTop; // stabilisers, fixed at the first evaluation: [t][0]
    private double[][] kTop;

    LinearAttentionOracle(FeatureKernel features, double[][] w, boolean causal, double[] mask) {
        this.features = features;
        this.w = w;
        this.causal = causal;
        this.mask = mask;
    }

    /** Takes decay; keys have no ε then. */
    LinearAttentionOracle decayed(double[] a) {
        decay = a.clone();
        sums = new double[a.length];
        double sum = 0;
        for (int t = 0; t < a.length; t++) {
            decay[t] = mask[t] == 0 ? 0 : a[t];
            sum += decay[t];
            sums[t] = sum;
        }
        return this;
    }

    private double weight(int t, int j) {
        return decay == null ? 1 : Math.exp(-Math.abs(sums[t] - sums[j]));
    }

    /** Evaluates; the first time it fixes the stabilisers. */
    void run(double[][] q, double[][] k, double[][] v, double[][] error) {
        int tq = q.length;
        int tk = k.length;
        int d = q[0].length;
        int dv0 = v[0].length;
        double[][] pq = project(q);
        double[][] pk = project(k);
        if (qTop == null) {
            fixStabilizers(q, k, pq, pk);
        }
        int m = features.columns(pq[0].length);
        double s2 = features.scale() * (double) features.scale();
        out = new double[tq][dv0];
        dq = new double[tq][d];
        dk = new double[tk][d];
        dv = new double[tk][dv0];
        double[][] dpq = new double[tq][pq[0].length];
        double[][] dpk = new double[tk][pk[0].length];
        underflows = 0;
        double[] dc = new double[tk];
        for (int t = 0; t < tq; t++) {
            double[] fq = new double[m];
            double[][] gq = new double[m][];
            features(q[t], pq[t], qTop[t][0], true, fq, gq);
            double[][] fk = new double[tk][m];
            double[][][] gk = new double[tk][m][];
            double[] a = new double[tk];
            double den = 0;
            int count = 0;
            for (int j = 0; j < tk; j++) {
                if (mask[j] == 0 || causal && j > t) {
                    continue;
                }
                count++;
                features(k[j], pk[j], kTop[t][0], false, fk[j], gk[j]);
                for (int i = 0; i < m; i++) {
                    a[j] += fq[i] * fk[j][i] * weight(t, j);
                }
                den += a[j];
            }
            if (count == 0) {
                continue;
            }
            boolean under = Math.abs(den) < LinearAttentionKernel.THRESHOLD;
            underflows += under ? 1 : 0;
            double ddot = 0;
            for (int x = 0; x < dv0; x++) {
                for (int j = 0; j < tk; j++) {
                    boolean sees = mask[j] != 0 && (!causal || j <= t);
                    out[t][x] += under ? (sees ? v[j][x] / count : 0) : a[j] * v[j][x] / den;
                }
                ddot += error[t][x] * out[t][x];
            }
            double[] dfq = new double[m];
            for (int j = 0; j < tk; j++) {
                if (mask[j] == 0 || causal && j > t) {
                    continue;
                }
                double da = 0;
                for (int x = 0; x < dv0; x++) {
                    dv[j][x] += under ? error[t][x] / count : a[j] / den * error[t][x];
                    da += error[t][x] * v[j][x];
                }
                if (under) {
                    continue;
                }
                da = (da - ddot) / den;
                if (decay != null) {
                    double along = da * a[j] * Math.signum(t - j);
                    dc[j] += along;
                    dc[t] -= along;
                    da *= weight(t, j);
                }
                for (int i = 0; i < m; i++) {
                    dfq[i] += da * fk[j][i];
                    spread(gk[j][i], da * fq[i], i, dpk[j], k[j], s2, dk[j]);
                }
            }
            for (int i = 0; i < m; i++) {
                spread(gq[i], dfq[i], i, dpq[t], q[t], s2, dq[t]);
            }
        }
        if (decay != null) {
            da = new double[tk];
            double sum = 0;
            for (int t = tk - 1; t >= 0; t--) {
                sum += dc[t];
                da[t] = mask[t] == 0 ? 0 : sum;
            }
        }
        unproject(dpq, dq);
        unproject(dpk, dk);
        dw = w == null ? null : new double[w.length][d];
        spread(dpq, q);
        spread(dpk, k);
    }

    /** Adds {@code s · dP_rᵀ x_r} to the gradient to W. */
    private void spread(double[][] dp, double[][] x) {
        for (int r = 0; dw != null && r < x.length; r++) {
            for (int i = 0; i < dw.length; i++) {
                for (int l = 0; l < x[r].length; l++) {
                    dw[i][l] += features.scale() * dp[r][i] * x[r][l];
                }
            }
        }
    }

    /** {@code g = {∂φ/∂P_i, ∂φ/∂(|x|²/2)}}. */
    private static void spread(double[] g, double d, int i, double[] dp, double[] x, double s2, double[] dx) {
        dp[i % dp.length] += d * g[0];
        for (int y = 0; y < x.length; y++) {
            dx[y] += d * g[1] * s2 * x[y];
        }
    }

    private void features(double[] row, double[] p, double top, boolean query, double[] f, double[][] g) {
        double h = 0;
        for (double x : row) {
            h += x * x * features.scale() * features.scale() / 2;
        }
        for (int i = 0; i < f.length; i++) {
            if (features instanceof FeatureKernel.Positive) {
                double e = Math.exp(p[i] - h - top);
                f[i] = e + (query || decay == null ? features.epsilon() : 0);
                g[i] = new double[] {e, -e};
            } else if (features instanceof FeatureKernel.Trigonometric) {
                double scale = query ? 1 : Math.exp(h - top);
                double z = p[i % p.length];
                f[i] = scale * (i < p.length ? Math.cos(z) : Math.sin(z));
                g[i] = new double[] {scale * (i < p.length ? -Math.sin(z) : Math.cos(z)), query ? 0 : f[i]};
            } else {
                ScalarFunction function = ((FeatureKernel.Generalized) features).function();
                f[i] = function.apply((float) p[i]) + features.epsilon();
                g[i] = new double[] {function.derivative((float) p[i]), 0};
            }
        }
    }

    private void fixStabilizers(double[][] q, double[][] k, double[][] pq, double[][] pk) {
        qTop = new double[q.length][1];
        kTop = new double[q.length][1];
        if (!features.exponential()) {
            return;
        }
        boolean positive = features instanceof FeatureKernel.Positive;
        double[] s = new double[k.length];
        double all = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < k.length; j++) {
            double h = norm(k[j]);
            s[j] = positive ? max(pk[j]) - h : h;
            all = mask[j] == 0 ? all : Math.max(all, s[j]);
        }
        double running = Double.NEGATIVE_INFINITY;
        for (int t = 0; t < q.length; t++) {
            qTop[t][0] = positive ? max(pq[t]) - norm(q[t]) : 0;
            if (causal) {
                running -= decay == null ? 0 : decay[t];
                running = mask[t] == 0 ? running : Math.max(running, s[t]);
            }
            kTop[t][0] = causal ? running : all;
        }
    }

    private double norm(double[] x) {
        double h = 0;
        for (double y : x) {
            h += y * y * features.scale() * features.scale() / 2;
        }
        return h;
    }

    private static double max(double[] x) {
        return java.util.Arrays.stream(x).max().orElseThrow();
    }

    private double[][] project(double[][] rows) {
        double[][] p = new double[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            p[r] = new double[w == null ? rows[r].length : w.length];
            for (int i = 0; i < p[r].length; i++) {
                for (int x = 0; x < rows[r].length; x++) {
                    double weight = w == null ? (i == x ? 1 : 0) : w[i][x];
                    p[r][i] += features.scale() * weight * rows[r][x];
                }
            }
        }
        return p;
    }

    private void unproject(double[][] dp, double[][] dx) {
        for (int r = 0; r < dp.length; r++) {
            for (int i = 0; i < dp[r].length; i++) {
                for (int x = 0; x < dx[r].length; x++) {
                    double weight = w == null ? (i == x ? 1 : 0) : w[i][x];
                    dx[r][x] += features.scale() * weight * dp[r][i];
                }
            }
        }
    }
}
