package io.github.performer4j.kernels.graph;

import io.github.performer4j.kernels.math.CounterRandom;

/**
 * Graph random features: sparse Φ and Φ' with {@code E[Φ Φ'ᵀ] = Σ_k α_k W^k}, α = f ∗ f, W the normalised adjacency D^-½ A D^-½ (of directed graphs {@code Σ_{a,b} f_a f_b W^a (Wᵀ)^b}).
 *
 * <p>From each node n walks start; before each step a walk halts with probability p, else it goes to a neighbour chosen evenly, and its load is multiplied by {@code W_vu · deg(v) / (1 − p)}.
 * What a walk carries at its l-th node counts for length l: {@code C_l[i,v] = (1/n) Σ_walks load}, so {@code E[C_l] = W^l}. Φ and Φ' come from walks of their own; from the same walks, the
 * diagonal of the kernel would be too large by O(1/n). The relative error falls as n^-½. Source: arXiv 2305.00156 and, with learned f, arXiv 2310.04859.
 *
 * @param walks n
 * @param halting p
 * @param lengths L: walks end at length L − 1, beyond which f is 0
 */
public record GraphRandomFeatures(int walks, double halting, int lengths) implements GraphKernel {
    private static final int LEFT = 0;
    private static final int RIGHT = 1;

    /**
     * Checks numbers.
     *
     * @throws IllegalArgumentException if there are no walks, no lengths, or p is not in [0, 1)
     */
    public GraphRandomFeatures {
        if (walks < 1 || lengths < 1) {
            throw new IllegalArgumentException(
                    "walks and lengths must be positive; walks=" + walks + ", lengths=" + lengths);
        }
        if (!(halting >= 0 && halting < 1)) {
            throw new IllegalArgumentException("halting must be in [0, 1); halting=" + halting);
        }
    }

    /** Returns 32 walks of each node that halt with probability 0.25, up to length 5 (L = 6). */
    public static GraphRandomFeatures defaults() {
        return new GraphRandomFeatures(32, 0.25, 6);
    }

    /**
     * Draws the walks of a graph, O(N·n/p).
     *
     * @param seed names the draws, with the graph's number and the node's
     * @param number of the graph among those that have the seed
     * @return C and C' of L channels; the same arguments give the same, bit for bit
     */
    @Override
    public GraphFactor draw(Graph graph, long seed, long number) {
        SparseMatrix w = graph.normalized();
        return new GraphFactor(side(w, seed, number, LEFT), side(w, seed, number, RIGHT));
    }

    private SparseChannels side(SparseMatrix w, long seed, long number, int side) {
        SparseChannels.Builder sums = new SparseChannels.Builder(w.rows(), w.columns(), lengths);
        for (int node = 0; node < w.rows(); node++) {
            CounterRandom random = CounterRandom.of(seed, number, node, side);
            for (int walk = 0; walk < walks; walk++) {
                walk(w, node, random, sums);
            }
        }
        return sums.build();
    }

    private void walk(SparseMatrix w, int start, CounterRandom random, SparseChannels.Builder sums) {
        int at = start;
        double load = 1.0 / walks;
        for (int length = 0; ; length++) {
            sums.add(start, at, length, load);
            int begin = w.begin(at);
            int degree = w.end(at) - begin;
            if (length + 1 == lengths || degree == 0 || random.nextDouble() < halting) {
                return;
            }
            int step = begin + random.nextInt(degree);
            load *= w.value(step) * degree / (1 - halting);
            at = w.column(step);
        }
    }
}
