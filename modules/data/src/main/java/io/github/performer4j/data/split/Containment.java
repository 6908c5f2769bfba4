package io.github.performer4j.data.split;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Exact share of each probe's distinct k-mers that the nearest of many sequences holds: {@code max over s of |K(p) ∩ K(s)| / |K(p)|}.
 *
 * <p>No sketch is involved, so this judges the clusters independently of how they were found. Cost: one look-up per k-mer of the sequences
 * in a sorted table of the probes' k-mers, most of them answered by a bit set.
 */
public final class Containment {
    private static final int FILTER = (1 << 24) - 1;

    private final long[] table;
    private final BitSet filter = new BitSet(FILTER + 1);
    private final int[] sizes;
    private final int[] best;
    private final int[] shared;
    private final int[] touched;

    /**
     * Prepares probes.
     *
     * @param probes the distinct k-mers of each, as {@link Kmers#distinct} gives them
     */
    public Containment(List<int[]> probes) {
        sizes = probes.stream().mapToInt(p -> p.length).toArray();
        best = new int[sizes.length];
        shared = new int[sizes.length];
        touched = new int[sizes.length];
        table = new long[Arrays.stream(sizes).sum()];
        int n = 0;
        for (int p = 0; p < sizes.length; p++) {
            for (int kmer : probes.get(p)) {
                table[n++] = ((long) kmer << 32) | p;
                filter.set(kmer & FILTER);
            }
        }
        Arrays.sort(table);
    }

    /**
     * Compares all probes with one sequence.
     *
     * @param kmers its distinct k-mers
     */
    public void compare(int[] kmers) {
        int count = 0;
        for (int kmer : kmers) {
            if (filter.get(kmer & FILTER)) {
                int i = Arrays.binarySearch(table, (long) kmer << 32);
                for (i = i < 0 ? -i - 1 : i; i < table.length && table[i] >> 32 == kmer; i++) {
                    int probe = (int) table[i];
                    if (shared[probe]++ == 0) {
                        touched[count++] = probe;
                    }
                }
            }
        }
        for (int t = 0; t < count; t++) {
            int probe = touched[t];
            best[probe] = Math.max(best[probe], shared[probe]);
            shared[probe] = 0;
        }
    }

    /** Returns [probes] the largest containment of each so far, 0 to 1; 0 for probes without k-mers. */
    public double[] containments() {
        double[] result = new double[sizes.length];
        for (int p = 0; p < result.length; p++) {
            result[p] = sizes[p] == 0 ? 0 : (double) best[p] / sizes[p];
        }
        return result;
    }
}
