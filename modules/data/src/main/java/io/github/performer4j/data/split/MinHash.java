package io.github.performer4j.data.split;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;

/**
 * Sketches of sets of k-mers that estimate how much two sets share.
 *
 * <p>With H = {@link #HASHES} functions h_i, {@code s_i(A) = min over a in A of h_i(a)}. The share of equal s_i of two sketches estimates the
 * Jaccard index J = |A∩B| / |A∪B| without bias, standard error √(J(1−J)/H) (Broder, <em>On the resemblance and containment of documents</em>,
 * 1997); hence |A∩B| = J/(1+J)·(|A|+|B|), and containment = |A∩B| / min(|A|,|B|).
 *
 * <p>h_i(a) = a_i·m(a) + b_i mod 2³², with a_i odd and m the 64-bit mixer {@link CounterRandom#mix}, cut to 32 bits: the mixer is at hand and
 * depends on no other library, and the multiply-add loop over i is one that the compiler vectorises.
 */
public final class MinHash {
    /** H, the number of hash functions. */
    public static final int HASHES = 128;

    private static final long SEED = 0x6B6D657273L;
    private static final int[] FACTOR = new int[HASHES];
    private static final int[] SHIFT = new int[HASHES];

    static {
        CounterRandom draws = CounterRandom.of(SEED, 1);
        for (int i = 0; i < HASHES; i++) {
            FACTOR[i] = (int) draws.nextLong() | 1;
            SHIFT[i] = (int) draws.nextLong();
        }
    }

    private MinHash() {}

    /**
     * Sketches a set.
     *
     * @param kmers the distinct k-mers
     * @return [HASHES] minima; all {@link Integer#MAX_VALUE} for an empty set
     */
    public static int[] sketch(int[] kmers) {
        int[] minima = new int[HASHES];
        Arrays.fill(minima, Integer.MAX_VALUE);
        for (int kmer : kmers) {
            int mixed = (int) CounterRandom.mix(SEED, kmer);
            for (int i = 0; i < HASHES; i++) {
                minima[i] = Math.min(minima[i], FACTOR[i] * mixed + SHIFT[i]);
            }
        }
        return minima;
    }

    /** Returns the number of equal minima of two sketches. */
    public static int matches(int[] a, int[] b) {
        int equal = 0;
        for (int i = 0; i < HASHES; i++) {
            equal += a[i] == b[i] ? 1 : 0;
        }
        return equal;
    }

    /**
     * Estimates the containment of the smaller set in the larger.
     *
     * @param matches equal minima of the sketches
     * @param sizeA number of k-mers of one set
     * @param sizeB number of k-mers of the other
     * @return |A∩B| / min(|A|,|B|), in [0, 1]; 0 if a set is empty
     */
    public static double containment(int matches, int sizeA, int sizeB) {
        int smaller = Math.min(sizeA, sizeB);
        if (smaller == 0) {
            return 0;
        }
        double jaccard = (double) matches / HASHES;
        return Math.min(1, jaccard / (1 + jaccard) * ((double) sizeA + sizeB) / smaller);
    }
}
