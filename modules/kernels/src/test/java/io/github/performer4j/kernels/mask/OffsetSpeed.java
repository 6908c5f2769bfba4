package io.github.performer4j.kernels.mask;

import java.util.Locale;

/**
 * Prints how long attention of one head takes under masks by offsets, as a band and by Fourier transforms, at growing T: not a test, run by hand.
 *
 * <p>Arguments: features M, columns C of values, then each T.
 */
public final class OffsetSpeed {
    private OffsetSpeed() {}

    /** Runs it. */
    public static void main(String... args) {
        int features = Integer.parseInt(args[0]);
        int columns = Integer.parseInt(args[1]);
        System.out.println("M=" + features + ", C=" + columns + ", ms of forward and of backward, one thread");
        for (int a = 2; a < args.length; a++) {
            int places = Integer.parseInt(args[a]);
            for (boolean causal : new boolean[] {false, true}) {
                Offsets each = new Offsets(0, places, causal);
                double[] logs = new double[each.parameters()];
                if (places <= 16_384) {
                    print("band, each offset", causal, new BandMask(each, places, logs, 0), features, columns);
                }
                print("transforms, each offset", causal, new OffsetMask(each, places, logs, 0), features, columns);
                Offsets buckets = new Offsets(32, 128, causal);
                print("band, 32 buckets", causal, new BandMask(buckets, places, logs, 0), features, columns);
            }
        }
    }

    private static void print(String what, boolean causal, Mask mask, int features, int columns) {
        int places = mask.size();
        double[] q = Dense.positive(places * features, 1);
        double[] k = Dense.positive(places * features, 2);
        double[] v = Dense.gaussian(places * columns, 3);
        MaskedAttention attention = mask.attention(features, columns);
        double[] milliseconds = new double[2];
        for (int run = 0; run < (places <= 4096 ? 3 : 1); run++) {
            double[] sums = new double[v.length];
            long start = System.nanoTime();
            attention.forward(0, q, k, v, sums);
            long middle = System.nanoTime();
            attention.backward(
                    0,
                    q,
                    k,
                    v,
                    sums,
                    new double[q.length],
                    new double[k.length],
                    new double[v.length],
                    new double[mask.parameters()]);
            milliseconds[0] = (middle - start) / 1e6;
            milliseconds[1] = (System.nanoTime() - middle) / 1e6;
        }
        System.out.printf(
                Locale.ROOT,
                "%,8d  %-24s causal=%-5s  %,10.1f  %,10.1f%n",
                places,
                what,
                causal,
                milliseconds[0],
                milliseconds[1]);
    }
}
