package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import java.util.Arrays;

/**
 * Linear attention of one head under a mask with structure: {@code out_i = Σ_j K_ij φ(q_i)·φ(k_j) v_j / Σ_j K_ij φ(q_i)·φ(k_j)}, by products of K, see {@link io.github.performer4j.kernels.mask.MaskedAttention}, in float64;
 * features are those of the other kinds, in float32.
 *
 * <p>Keys have their maximum as a common stabiliser, or causal, where no row may depend on later keys, not even by a rounding, each its own, in float64 relative to the first visible one; those of
 * exponential features have no ε, whose size would depend on it. A row whose denominator underflows is the mean by K of the values that it
 * sees, with a gradient to those alone; one that sees nothing is 0. O(T·(M + D)) memory for a task; features are computed again in the backward pass.
 */
final class MaskedHead extends HeadTask {
    private static final int LARGEST_CHUNK = 256;

    private final Mask mask;
    private final HeadMasks masks;
    private final boolean causal;
    private final int item;
    private final int head;
    private final int tokens; // T
    private final int width; // D + 1
    private final double threshold;
    private final double[] scales; // causal: what φ of a key is multiplied by
    private final FloatBlock inverse; // 1/denominator per query, 0 where it is not used, and its power of 2
    private final long inverseAt;

    MaskedHead(
            LinearAttentionSpec spec,
            AttentionElements elements,
            Scratch scratch,
            int index,
            FloatBlock saved,
            long at) {
        super(spec, elements, scratch, index, Math.min(LARGEST_CHUNK, spec.q().tokens()), 0);
        item = index / spec.q().heads();
        head = index % spec.q().heads();
        masks = spec.masks();
        mask = masks.mask(item, head);
        tokens = spec.q().tokens();
        width = valueSize + 1;
        causal = spec.causal();
        threshold = causal ? Double.MIN_NORMAL / Math.ulp(1.0) : LinearAttentionKernel.THRESHOLD;
        scales = causal ? new double[tokens] : null;
        inverse = saved;
        inverseAt = at;
        if (mask.size() != tokens) {
            throw new IllegalArgumentException(
                    "a mask must have a place for each token; places=" + mask.size() + ", tokens=" + tokens);
        }
    }

    static long saved(LinearAttentionSpec spec) {
        return 2L * spec.q().tokens();
    }

    private double[] queries() {
        double[] phi = new double[Math.multiplyExact(tokens, columns)];
        for (int from = 0; from < tokens; from += chunk) {
            copy(queryChunk.queries(q.rows(from, to(from))), phi, from);
        }
        return phi;
    }

    /** Returns φ of keys, 0 where they are not visible. */
    private double[] keys() {
        double[] phi = new double[Math.multiplyExact(tokens, columns)];
        float c = stabilizer();
        for (int from = 0; from < tokens; from += chunk) {
            int n = to(from) - from;
            float[] seen = visible(from, n);
            Matrix rows = mapKeys(from, c);
            for (int r = 0; r < n; r++) {
                for (int m = 0; (seen == null || seen[r] != 0) && m < columns; m++) {
                    phi[(from + r) * columns + m] = (causal ? scales[from + r] : 1) * rows.get(r, m);
                }
            }
        }
        return phi;
    }

    /** Returns φ of keys over their stabilisers: c, or causal their own, whose exponentials go to the scales. */
    private Matrix mapKeys(int from, float c) {
        float[] exponents = scratch.array(FIRST_SLOT + 2, chunk);
        keyChunk.keyExponents(k.rows(from, to(from)), exponents);
        for (int r = 0; causal && r < to(from) - from; r++) {
            exponents[r] = features.exponential() ? exponents[r] : 0;
            scales[from + r] = Math.exp((double) exponents[r] - c);
        }
        if (!causal) {
            Arrays.fill(exponents, 0, chunk, c);
        }
        return keyChunk.keys(exponents);
    }

    private float stabilizer() {
        if (!features.exponential()) {
            return 0;
        }
        if (causal) {
            return first();
        }
        float[] exponents = scratch.array(FIRST_SLOT + 2, chunk);
        float c = Float.NEGATIVE_INFINITY;
        for (int from = 0; from < tokens; from += chunk) {
            int n = to(from) - from;
            keyChunk.keyExponents(k.rows(from, from + n), exponents);
            c = top(exponents, visible(from, n), n, c);
        }
        return c == Float.NEGATIVE_INFINITY ? 0 : c;
    }

    /** Returns the exponent of the first visible key, which every row that sees any sees; 0 if there is none. */
    private float first() {
        float[] exponents = scratch.array(FIRST_SLOT + 2, chunk);
        for (int from = 0; from < tokens; from += chunk) {
            int n = to(from) - from;
            keyChunk.keyExponents(k.rows(from, from + n), exponents);
            float[] seen = visible(from, n);
            for (int r = 0; r < n; r++) {
                if (seen == null || seen[r] != 0) {
                    return exponents[r];
                }
            }
        }
        return 0;
    }

    /** Returns visible values with a column of ones, [T,D+1]; 0 where they are not visible. */
    private double[] values() {
        double[] values = new double[tokens * width];
        for (int from = 0; from < tokens; from += chunk) {
            int n = to(from) - from;
            float[] seen = visible(from, n);
            for (int r = 0; r < n; r++) {
                if (seen == null || seen[r] != 0) {
                    int at = (from + r) * width;
                    for (int d = 0; d < valueSize; d++) {
                        values[at + d] = v.get(from + r, d);
                    }
                    values[at + valueSize] = 1;
                }
            }
        }
        return values;
    }

    private int to(int from) {
        return Math.min(tokens, from + chunk);
    }

    private static void copy(Matrix from, double[] to, int row) {
        for (int r = 0; r < from.rows(); r++) {
            for (int c = 0; c < from.columns(); c++) {
                to[(row + r) * from.columns() + c] = from.get(r, c);
            }
        }
    }

    @Override
    int forward(Matrix out) {
        double[] values = values();
        double[] sums = new double[values.length];
        mask.attention(columns, width).forward(0, queries(), keys(), values, sums);
        double[] seen = null; // Σ_j K_ij v_j, 1
        int underflows = 0;
        for (int t = 0; t < tokens; t++) {
            double denominator = sums[t * width + valueSize];
            boolean under = Math.abs(denominator) < threshold;
            if (under && seen == null) {
                seen = new double[values.length];
                mask.times(values, width, seen);
            }
            double[] from = under ? seen : sums;
            double mass = from[t * width + valueSize];
            for (int d = 0; d < valueSize; d++) {
                out.set(t, d, mass > 0 || !under ? (float) (from[t * width + d] / mass) : 0);
            }
            underflows += under && mass > 0 ? 1 : 0;
            if (inverse != null) {
                int power = under ? 0 : Math.getExponent(denominator);
                inverse.set(inverseAt + 2L * t, under ? 0 : (float) (1 / Math.scalb(denominator, -power)));
                inverse.set(inverseAt + 2L * t + 1, -power);
            }
        }
        return underflows;
    }

    @Override
    void backward(Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {
        double[] inverses = new double[tokens];
        for (int t = 0; t < tokens; t++) {
            inverses[t] =
                    Math.scalb((double) inverse.get(inverseAt + 2L * t), (int) inverse.get(inverseAt + 2L * t + 1));
        }
        double[] errors = new double[tokens * width];
        boolean under = false;
        for (int t = 0; t < tokens; t++) {
            for (int d = 0; d < valueSize; d++) {
                double e = error.get(t, d) * inverses[t];
                errors[t * width + d] = e;
                errors[t * width + valueSize] -= e * out.get(t, d);
            }
            under |= inverses[t] == 0;
        }
        double[] values = values();
        double[] dPhiQ = new double[Math.multiplyExact(tokens, columns)];
        double[] dPhiK = new double[dPhiQ.length];
        double[] dValues = new double[values.length];
        double[] parameters = new double[mask.parameters()];
        mask.attention(columns, width)
                .backward(0, queries(), keys(), values, errors, dPhiQ, dPhiK, dValues, parameters);
        masks.derivative(item, head, parameters);
        if (under) {
            means(error, values, inverses, dValues);
        }
        for (int t = 0; t < tokens; t++) {
            for (int d = 0; d < valueSize; d++) {
                dv.set(t, d, values[t * width + valueSize] == 0 ? 0 : (float) dValues[t * width + d]);
            }
        }
        throughFeatures(dPhiQ, dPhiK, dq, dk);
    }

    /** Adds what rows that are means of values give to those. */
    private void means(Matrix error, double[] values, double[] inverses, double[] dValues) {
        double[] seen = new double[values.length];
        mask.times(values, width, seen);
        double[] errors = new double[values.length];
        for (int t = 0; t < tokens; t++) {
            double mass = seen[t * width + valueSize];
            for (int d = 0; inverses[t] == 0 && mass > 0 && d < valueSize; d++) {
                errors[t * width + d] = error.get(t, d) / mass;
            }
        }
        double[] given = new double[values.length];
        mask.backward(values, errors, width, seen, given, new double[mask.parameters()]);
        for (int i = 0; i < given.length; i++) {
            dValues[i] += given[i];
        }
    }

    private void throughFeatures(double[] dPhiQ, double[] dPhiK, Matrix dq, Matrix dk) {
        Matrix room = scratch.matrix(FIRST_SLOT, chunk, columns);
        Matrix none = scratch.matrix(FIRST_SLOT + 1, 1, columns);
        zero(none);
        float[] zeros = scratch.array(FIRST_SLOT + 3, chunk);
        Arrays.fill(zeros, 0, chunk, 0);
        float c = stabilizer();
        for (int from = 0; from < tokens; from += chunk) {
            int end = to(from);
            queryChunk.queries(q.rows(from, end));
            Matrix d = take(dPhiQ, null, from, room.rows(0, end - from));
            queryChunk.queryGradient(q.rows(from, end), d, zeros, none, null, dq.rows(from, end));
        }
        for (int from = 0; from < tokens; from += chunk) {
            int end = to(from);
            mapKeys(from, c);
            Matrix d = take(dPhiK, scales, from, room.rows(0, end - from));
            float[] seen = visible(from, end - from);
            keyChunk.keyGradient(k.rows(from, end), d, null, none, seen, dk.rows(from, end));
        }
    }

    private static Matrix take(double[] from, double[] factors, int row, Matrix to) {
        for (int r = 0; r < to.rows(); r++) {
            for (int c = 0; c < to.columns(); c++) {
                double factor = factors == null ? 1 : factors[row + r];
                to.set(r, c, (float) (factor * from[(row + r) * to.columns() + c]));
            }
        }
        return to;
    }
}
