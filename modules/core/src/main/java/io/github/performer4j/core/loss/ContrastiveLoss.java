package io.github.performer4j.core.loss;

/**
 * Cross-entropy of finding the partner among candidates by the cosine (van den Oord and others, <em>Contrastive predictive coding</em>, arXiv 1807.03748, equation 4; Henderson and others, arXiv 1705.00652):
 *
 * <pre>
 * s_ij = z_i · z_j / τ        L = −1/n Σ_i (s_{i,p(i)} − log Σ_{j ∈ C(i)} e^{s_ij})        i over the n texts with a partner p(i)
 * C(i) = {p(i)} ∪ {j ≠ i : i sees j's side, g(j) ≠ g(i)}
 *
 * ∂L/∂z_k = 1/(nτ) (Σ_j w_kj z_j + Σ_i w_ik z_i),   w_ij = e^{s_ij} / Σ_{l ∈ C(i)} e^{s_il} − [j = p(i)],  0 outside C(i)
 * </pre>
 *
 * <p>Texts of one group g are known to be alike and are no negatives of each other. All sums are float64 in the order of the rows, on the calling thread: {@code O(B² E)}, little beside what made the vectors.
 *
 * @param candidates which sides see which
 * @param temperature τ, positive
 */
record ContrastiveLoss(Candidates candidates, double temperature) {
    /** What a text's label says, in this order. */
    static final int PARTNER = 0;

    static final int GROUP = 1;
    static final int SIDE = 2;
    static final int WIDTH = 3;

    /**
     * A loss and its gradient.
     *
     * @param loss the mean over the texts that have a partner; 0 if none has
     * @param gradient [B,E], of the loss
     */
    record Result(double loss, double[][] gradient) {}

    /**
     * Computes the loss.
     *
     * @param z [B,E] vectors of length 1
     * @param labels [B,3]: the partner's row or −1, the group, the side
     */
    Result of(double[][] z, int[][] labels) {
        int rows = z.length;
        double[][] gradient = new double[rows][z[0].length];
        double loss = 0;
        int looking = 0;
        for (int[] label : labels) {
            looking += label[PARTNER] >= 0 ? 1 : 0;
        }
        for (int i = 0; i < rows; i++) {
            if (labels[i][PARTNER] >= 0) {
                loss += row(i, z, labels, gradient, 1 / (looking * temperature));
            }
        }
        return new Result(looking == 0 ? 0 : loss / looking, gradient);
    }

    /** Adds a row's part to the gradients of all, and returns its loss. */
    private double row(int i, double[][] z, int[][] labels, double[][] gradient, double scale) {
        double[] s = new double[z.length];
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < s.length; j++) {
            s[j] = candidate(i, j, labels) ? dot(z[i], z[j]) / temperature : Double.NEGATIVE_INFINITY;
            largest = Math.max(largest, s[j]);
        }
        double sum = 0;
        for (double one : s) {
            sum += Math.exp(one - largest);
        }
        int partner = labels[i][PARTNER];
        for (int j = 0; j < s.length; j++) {
            double w = (Math.exp(s[j] - largest) / sum - (j == partner ? 1 : 0)) * scale;
            if (w != 0) {
                add(w, z[j], gradient[i]);
                add(w, z[i], gradient[j]);
            }
        }
        return Math.log(sum) + largest - s[partner];
    }

    private boolean candidate(int i, int j, int[][] labels) {
        return j == labels[i][PARTNER]
                || j != i && labels[j][GROUP] != labels[i][GROUP] && candidates.sees(labels[i][SIDE], labels[j][SIDE]);
    }

    private static double dot(double[] a, double... b) {
        double sum = 0;
        for (int e = 0; e < a.length; e++) {
            sum += a[e] * b[e];
        }
        return sum;
    }

    private static void add(double factor, double[] x, double... to) {
        for (int e = 0; e < x.length; e++) {
            to[e] += factor * x[e];
        }
    }
}
