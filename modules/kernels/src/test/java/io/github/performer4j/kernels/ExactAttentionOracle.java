package io.github.performer4j.kernels;

import io.github.performer4j.kernels.exact.Window;

/**
 * Exact attention of one head in plain double loops: {@code p_tj = exp(s_tj)/Σ_i exp(s_ti), s = q kᵀ/√D, out = p v}, and its gradients
 * by the chain rule as it stands in textbooks.
 *
 * @param out [Tq,Dv]
 * @param logSum [Tq]; +∞ for a row that sees nothing
 * @param dq [Tq,D]
 * @param dk [Tk,D]
 * @param dv [Tk,Dv]
 */
public record ExactAttentionOracle(double[][] out, double[] logSum, double[][] dq, double[][] dk, double[][] dv) {

    /**
     * Computes everything.
     *
     * @param visible [Tk]; what other keys hold is not read
     * @param error derivative with respect to out
     */
    static ExactAttentionOracle of(
            double[][] q,
            double[][] k,
            double[][] v,
            boolean[] visible,
            boolean causal,
            Window window,
            double[][] error) {
        int d = q[0].length;
        int dv = v[0].length;
        ExactAttentionOracle result = new ExactAttentionOracle(
                new double[q.length][dv],
                new double[q.length],
                new double[q.length][d],
                new double[k.length][d],
                new double[k.length][dv]);
        for (int t = 0; t < q.length; t++) {
            boolean[] seen = visible.clone();
            for (int j = t + 1; causal && j < k.length; j++) {
                seen[j] = false;
            }
            int place = t + k.length - q.length;
            for (int j = 0; window != null && j < k.length; j++) {
                boolean near = place - j <= window.left() && j - place <= window.right();
                boolean global = window.right() == 0
                        ? j < window.global() && j <= place
                        : j < window.global() || place < window.global();
                seen[j] = visible[j] && (near || global);
            }
            result.row(t, q[t], k, v, seen, error[t]);
        }
        return result;
    }

    private void row(int t, double[] q, double[][] k, double[][] v, boolean[] seen, double[] error) {
        double scale = 1 / Math.sqrt(q.length);
        double[] p = probabilities(t, q, k, seen);
        double[] dp = new double[k.length];
        double mean = 0;
        for (int j = 0; j < k.length; j++) {
            if (seen[j]) {
                add(v[j], p[j], out[t]);
                add(error, p[j], dv[j]);
                dp[j] = dot(error, v[j]);
                mean += p[j] * dp[j];
            }
        }
        for (int j = 0; j < k.length; j++) {
            if (seen[j]) {
                double ds = p[j] * (dp[j] - mean);
                add(k[j], ds * scale, dq[t]);
                add(q, ds * scale, dk[j]);
            }
        }
    }

    private double[] probabilities(int t, double[] q, double[][] k, boolean[] seen) {
        double[] p = new double[k.length];
        double top = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < k.length; j++) {
            p[j] = seen[j] ? dot(q, k[j]) / Math.sqrt(q.length) : Double.NEGATIVE_INFINITY;
            top = Math.max(top, p[j]);
        }
        double sum = 0;
        for (int j = 0; j < k.length; j++) {
            p[j] = seen[j] ? Math.exp(p[j] - top) : 0;
            sum += p[j];
        }
        for (int j = 0; j < k.length; j++) {
            p[j] = seen[j] ? p[j] / sum : 0;
        }
        logSum[t] = sum == 0 ? Double.POSITIVE_INFINITY : top + Math.log(sum);
        return p;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void add(double[] x, double factor, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] += factor * x[i];
        }
    }
}
