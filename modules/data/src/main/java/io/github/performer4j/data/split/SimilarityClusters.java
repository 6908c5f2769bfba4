package io.github.performer4j.data.split;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jgrapht.alg.util.UnionFind;

/**
 * Clusters of similar sequences: single linkage over pairs whose estimated {@linkplain MinHash#containment containment} of {@link Kmers#K}-mers
 * is at least {@link #THRESHOLD}, with at least {@link #MIN_MATCHES} equal minima, and over equal sequences.
 *
 * <p>Candidates come from locality-sensitive hashing with {@link MinHash#HASHES} bands of one row: sequences with one equal minimum meet, so a
 * pair of Jaccard index J is looked at with probability 1 − (1−J)^128 (J = 0.05: 0.999). In a band's bucket each sequence is compared with
 * the first one and the {@value #NEIGHBOURS} before it, so huge families cost linear time and are linked through chains.
 *
 * <p>Containment rather than Jaccard, because fragments are common: a fragment's k-mers are all in the whole protein, however small its share. At
 * K = 6, a containment of 0.2 corresponds to about 76% identity (0.76⁶ = 0.2) over the whole of the shorter sequence.
 *
 * <p>Memory: some 800 bytes a sequence, 1,100 with what the heap needs beside them; more sequences than the heap can
 * take are refused, with the heap that they need.
 */
public final class SimilarityClusters {
    /** Least estimated containment of a linked pair. */
    public static final double THRESHOLD = 0.2;

    /** Least number of equal minima of a linked pair: one alone may be chance. */
    public static final int MIN_MATCHES = 2;

    private static final int NEIGHBOURS = 15;
    private static final int BYTES_EACH = 1100;

    private final List<int[]> sketches = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final Map<Long, Integer> firstOfHash = new HashMap<>();
    private final UnionFind<Integer> groups = new UnionFind<>(new HashSet<>());

    /**
     * Adds the next sequence.
     *
     * @param codes [n] symbols in [0, 32), negative for those of no meaning
     * @throws IllegalArgumentException if the sequences so far need more memory than the heap can grow to
     */
    public void add(byte[] codes) {
        int index = sketches.size();
        if (full()) {
            throw tooMany(index + 1L);
        }
        groups.addElement(index);
        int[] kmers = Kmers.distinct(codes);
        sketches.add(MinHash.sketch(kmers));
        sizes.add(kmers.length);
        long hash = codes.length;
        for (byte code : codes) {
            hash = CounterRandom.mix(hash, code);
        }
        Integer earlier = firstOfHash.putIfAbsent(hash, index);
        if (earlier != null) {
            groups.union(earlier, index);
        }
    }

    /** Returns whether the sequences so far take all memory that the heap can grow to. */
    public boolean full() {
        return (long) sketches.size() * BYTES_EACH > Runtime.getRuntime().maxMemory();
    }

    /**
     * Returns the refusal of so many sequences, which says how to go on.
     *
     * @param sequences number of sequences
     */
    public static IllegalArgumentException tooMany(long sequences) {
        long gigabytes = sequences * BYTES_EACH / (1L << 30) + 1;
        return new IllegalArgumentException("clustering needs " + BYTES_EACH + " bytes of heap a sequence; sequences="
                + sequences + ", heap=" + Runtime.getRuntime().maxMemory() + " bytes; give more (PERFORMER_OPTS=-Xmx"
                + gigabytes + "g), or hold out data of your own (--valid)");
    }

    /**
     * Links similar sequences.
     *
     * @return [sequences] the cluster of each, numbered from 0 in order of their first member
     * @throws CancellationException if the thread is interrupted; it still is
     */
    public int[] cluster() {
        int n = sketches.size();
        long[] keys = new long[n];
        for (int band = 0; band < MinHash.HASHES; band++) {
            int filled = 0;
            for (int s = 0; s < n; s++) {
                if (sizes.get(s) > 0) {
                    keys[filled++] = ((long) sketches.get(s)[band] << 32) | s;
                }
            }
            Arrays.sort(keys, 0, filled);
            int first = 0;
            for (int i = 1; i < filled; i++) {
                Interrupts.end("sequences were clustered");
                if (keys[i] >> 32 != keys[first] >> 32) {
                    first = i;
                } else {
                    link((int) keys[first], (int) keys[i]);
                    for (int j = Math.max(first + 1, i - NEIGHBOURS); j < i; j++) {
                        link((int) keys[j], (int) keys[i]);
                    }
                }
            }
        }
        return numbered(n);
    }

    private void link(int a, int b) {
        int matches = MinHash.matches(sketches.get(a), sketches.get(b));
        if (matches >= MIN_MATCHES
                && MinHash.containment(matches, sizes.get(a), sizes.get(b)) >= THRESHOLD
                && !groups.inSameSet(a, b)) {
            groups.union(a, b);
        }
    }

    private int[] numbered(int n) {
        Map<Integer, Integer> numbers = new HashMap<>();
        return IntStream.range(0, n)
                .map(s -> numbers.computeIfAbsent(groups.find(s), root -> numbers.size()))
                .toArray();
    }

    /** Returns the parameters in words, for reports. */
    public static String description() {
        return "clusters of shared " + Kmers.K + "-mers (MinHash, " + MinHash.HASHES + " hashes, containment >= "
                + THRESHOLD + ", single linkage), whole clusters by seed";
    }
}
