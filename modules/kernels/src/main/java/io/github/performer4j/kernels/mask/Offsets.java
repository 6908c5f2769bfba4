package io.github.performer4j.kernels.mask;

/**
 * Which of a head's parameters b stands for the offset Δ = j − i of a key j from its query i. Beyond a distance K, {@link #far}, all offsets of one side share a parameter.
 *
 * <p>Buckets are T5's (arXiv 1910.10683, and its released code): half of those of a side are single distances, the others grow by one ratio up to {@code reach}; not causal, keys behind the query
 * have the second half of the buckets. Logarithms are in float32, as there. With {@code buckets = 0} each offset has a parameter of its own, from {@code 1 − reach} on in the order of offsets, and
 * those further away that of the last one (arXiv 2106.12566).
 *
 * @param buckets P of T5's rule; 0 for single offsets
 * @param reach distance from which all share a bucket; of single offsets, how many distances there are, 0 included
 * @param causal whether no key stands behind its query
 */
public record Offsets(int buckets, int reach, boolean causal) {
    private static final int MOST = 1 << 24;
    /** K up to which a band is taken, as a matrix for each block of queries, and not Fourier transforms of all columns: chosen by a count of operations. */
    private static final int BAND = 4096;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the rule and the values
     */
    public Offsets {
        if (buckets < 0 || reach < 1 || reach > MOST) {
            throw new IllegalArgumentException("buckets must not be negative, and reach must be from 1 to " + MOST
                    + "; buckets=" + buckets + ", reach=" + reach);
        }
        if (buckets > 0 && buckets % (causal ? 2 : 4) != 0) {
            throw new IllegalArgumentException("buckets must be divisible by " + (causal ? 2 : 4)
                    + (causal ? "" : ", for two sides") + "; buckets=" + buckets + ", causal=" + causal);
        }
        if (buckets > 0 && reach <= single(buckets, causal)) {
            throw new IllegalArgumentException(
                    "reach must be greater than the distances that have a bucket each; reach=" + reach + ", distances="
                            + single(buckets, causal) + ", buckets=" + buckets + ", causal=" + causal);
        }
    }

    private static int side(int buckets, boolean causal) {
        return causal ? buckets : buckets / 2;
    }

    private static int single(int buckets, boolean causal) {
        return side(buckets, causal) / 2;
    }

    /** Returns P, how many parameters each head has. */
    public int parameters() {
        if (buckets > 0) {
            return buckets;
        }
        return causal ? reach : 2 * reach - 1;
    }

    /** Returns the number of the parameter of an offset Δ = j − i; causal, that of 0 for those above, which nothing reads. */
    public int of(int offset) {
        if (buckets > 0) {
            return (!causal && offset > 0 ? buckets / 2 : 0) + bucket(causal ? Math.max(0, -offset) : Math.abs(offset));
        }
        return Math.max(1 - reach, Math.min(causal ? 0 : reach - 1, offset)) + reach - 1;
    }

    private int bucket(int distance) {
        int side = side(buckets, causal);
        int exact = side / 2;
        if (distance < exact) {
            return distance;
        }
        float ratio = (float) Math.log(distance / (float) exact) / (float) Math.log(reach / (double) exact);
        return Math.min(side - 1, exact + (int) (ratio * (side - exact)));
    }

    /** Returns K: offsets of one side share a parameter from this distance on. */
    public int far() {
        if (buckets == 0) {
            return Math.max(1, reach - 1);
        }
        int distance = reach;
        while (distance > 1 && bucket(distance - 1) == side(buckets, causal) - 1) {
            distance--;
        }
        return distance;
    }

    /**
     * Returns the parameter of each offset that attention of some queries to the last of some keys has, from {@code 1 − keys} to {@code queries − 1}; query t stands at the place
     * {@code t + keys − queries}.
     */
    public int[] table(int queries, int keys) {
        int[] table = new int[Math.addExact(queries, keys) - 1];
        for (int u = 0; u < table.length; u++) {
            table[u] = of(u - keys + 1);
        }
        return table;
    }

    /**
     * Makes the mask {@code K_ij = e^{b[j−i]}} of a head, 0 for j &gt; i if causal, in the form that takes least time.
     *
     * @param places T
     * @param logs b from {@code at} on, [P]
     * @throws IllegalArgumentException if a weight e^b is not positive and finite
     */
    public Mask mask(int places, double[] logs, int at) {
        return Math.min(far(), places) <= BAND
                ? new BandMask(this, places, logs, at)
                : new OffsetMask(this, places, logs, at);
    }
}
