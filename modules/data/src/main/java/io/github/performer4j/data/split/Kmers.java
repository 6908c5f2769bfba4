package io.github.performer4j.data.split;

import java.util.Arrays;

/**
 * The k-mers of a sequence over fewer than 32 symbols, five bits a symbol. Windows that hold a symbol of no meaning (a negative code) are
 * passed over.
 */
public final class Kmers {
    /** Length of a k-mer: 20⁶ = 64 million of them, so unrelated proteins share next to none. */
    public static final int K = 6;

    private static final int BITS = 5;
    private static final int MASK = (1 << (K * BITS)) - 1;

    private Kmers() {}

    /**
     * Lists the distinct k-mers of a sequence.
     *
     * @param codes [n] symbols in [0, 32), negative for none
     * @return ascending codes in [0, 2³⁰); at most n − K + 1
     */
    public static int[] distinct(byte[] codes) {
        int[] found = new int[Math.max(0, codes.length - K + 1)];
        int n = 0;
        int code = 0;
        int run = 0;
        for (byte symbol : codes) {
            run = symbol < 0 ? 0 : run + 1;
            code = ((code << BITS) | (symbol & 31)) & MASK;
            if (run >= K) {
                found[n++] = code;
            }
        }
        Arrays.sort(found, 0, n);
        int distinct = 0;
        for (int i = 0; i < n; i++) {
            if (i == 0 || found[i] != found[i - 1]) {
                found[distinct++] = found[i];
            }
        }
        return Arrays.copyOf(found, distinct);
    }
}
