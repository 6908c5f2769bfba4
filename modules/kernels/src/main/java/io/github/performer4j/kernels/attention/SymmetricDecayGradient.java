package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * The gradient of {@link SymmetricHead} to decay, {@code da_s = Σ_{t≥s} dA_t} over the tokens of a chunk. A weight
 * between two tokens falls with the A of the one behind and rises with that of the one before:
 *
 * <ul>
 *   <li>inside the chunk with {@code x_tj} = weight times its derivative: {@code dA_t −= x_tj, dA_j += x_tj} for
 *       t > j, the reverse for t &lt; j
 *   <li>row t from the left, {@code p_t = φ(q_t)·f_t(S e_t + z d_t)}: {@code dA_t −= p_t}
 *   <li>row t from the right, {@code r_t}: {@code dA_t += r_t, dA' −= r_t}; since a row does not change when its
 *       query's features are scaled, {@code r_t = −p_t − Σ_j x_tj}
 *   <li>key j into the sums before the next chunk, {@code l_j = φ_j·g_j(dS v_j + dz)}: {@code dA_j += l_j, dA' −= l_j}
 *   <li>key j into the sums behind the chunk before, {@code m_j = φ_j·f_j(dB v_j + dy)}: {@code dA_j −= m_j}
 *   <li>what passes the chunk: {@code dA' −= exp(−A')(⟨dS, S⟩ + dz·z + ⟨dB, B⟩ + dy·y)}
 * </ul>
 */
final class SymmetricDecayGradient {
    private final SymmetricHead head;
    private final AttentionElements elements;
    private final SymmetricScales scales;
    private final double[] dSums; // dA
    private final double[] inner; // Σ_j x_tj of a row
    private final float[] ofValues;
    private final float[] ofOnes;
    private int n;

    /** Takes arrays {@code slot} to {@code slot + 1}. */
    SymmetricDecayGradient(SymmetricHead head, int slot) {
        this.head = head;
        elements = head.elements;
        scales = head.scales;
        dSums = new double[head.chunk];
        inner = new double[head.chunk];
        ofValues = head.scratch.array(slot, head.chunk);
        ofOnes = head.scratch.array(slot + 1, head.chunk);
    }

    /**
     * Begins a chunk with what its tokens give each other.
     *
     * @param weights [n,n], row by row
     * @param derivatives with respect to them
     */
    void begin(float[] weights, float[] derivatives, int tokens) {
        n = tokens;
        java.util.Arrays.fill(dSums, 0, n, 0);
        for (int t = 0; t < n; t++) {
            double before = 0;
            double behind = 0;
            int row = t * n;
            for (int j = 0; j < t; j++) {
                float x = weights[row + j] * derivatives[row + j];
                before += x;
                dSums[j] += x;
            }
            for (int j = t + 1; j < n; j++) {
                float x = weights[row + j] * derivatives[row + j];
                behind += x;
                dSums[j] -= x;
            }
            dSums[t] += behind - before;
            inner[t] = before + behind + weights[row + t] * derivatives[row + t];
        }
    }

    /**
     * Adds what the chunk's keys give to later rows.
     *
     * @param part {@code dSᵀφ_j} [n,Dv]
     * @param rows v [n,Dv]
     * @param dSum dz
     */
    void keysToLeft(Matrix key, Matrix part, Matrix rows, Matrix dSum) {
        dots(key, part, rows, dSum);
        for (int j = 0; j < n; j++) {
            double l = scales.right[j] * (ofValues[j] + (double) ofOnes[j]);
            dSums[j] += l;
            dSums[n - 1] -= l;
        }
    }

    /** Adds what the chunk's keys give to earlier rows; see {@link #keysToLeft}. */
    void keysToRight(Matrix key, Matrix part, Matrix rows, Matrix dSum) {
        dots(key, part, rows, dSum);
        for (int j = 0; j < n; j++) {
            dSums[j] -= scales.left[j] * (ofValues[j] + (double) ofOnes[j]);
        }
    }

    private void dots(Matrix key, Matrix part, Matrix rows, Matrix dSum) {
        elements.dots(part, rows, ofValues);
        elements.dotRow(key, dSum, ofOnes);
    }

    /**
     * Adds what comes to the chunk's rows from either side.
     *
     * @param d {@code f_t (S e_t + z d_t)} [n,M]
     */
    void rows(Matrix query, Matrix d) {
        elements.dots(query, d, ofValues);
        for (int t = 0; t < n; t++) {
            double p = ofValues[t];
            double r = -p - inner[t];
            dSums[t] += r - p;
            dSums[n - 1] -= r;
        }
    }

    /** Adds what passes the chunk. */
    void across(SideSums left, SideSums dLeft, SideSums right, SideSums dRight) {
        double passing = (double) dLeft.dot(left, ofOnes, elements) + dRight.dot(right, ofOnes, elements);
        dSums[n - 1] -= scales.across() * passing;
    }

    /** Writes da. */
    void write(int from, int to, float[] seen) {
        double sum = 0;
        for (int t = to - from - 1; t >= 0; t--) {
            sum += dSums[t];
            head.dDecay.set(from + t, 0, seen == null || seen[t] != 0 ? (float) sum : 0);
        }
    }
}
