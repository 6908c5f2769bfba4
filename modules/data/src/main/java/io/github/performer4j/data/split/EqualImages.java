package io.github.performer4j.data.split;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Counts held-out images that have exactly the pixels of a training image, by a hash of 64 bits each: n training and m
 * held-out images that all differ give a false one with a probability of about n·m/2⁶⁴. Linear in time but for sorting,
 * 8 bytes an image.
 */
public final class EqualImages {
    private static final int FEWEST = 1 << 10;

    private long[] hashes = new long[FEWEST];
    private int size;

    /**
     * Adds the next image.
     *
     * @param symbols [H·W·C] its pixels; images of one size and channels are compared
     * @return its place, from 0
     */
    public int add(int... symbols) {
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * size);
        }
        long hash = symbols.length;
        for (int symbol : symbols) {
            hash = CounterRandom.mix(hash, symbol);
        }
        hashes[size] = hash;
        return size++;
    }

    /** Returns whether none was added. */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Counts.
     *
     * @param train places of the training images among those added, from 0
     * @param held places of the held-out ones
     * @return how many of the held-out images are equal to a training image
     */
    public long count(BitSet train, BitSet held) {
        long[] known = train.stream().mapToLong(i -> hashes[i]).sorted().toArray();
        return held.stream()
                .filter(i -> Arrays.binarySearch(known, hashes[i]) >= 0)
                .count();
    }
}
