package io.github.performer4j.kernels.math;

/**
 * Random numbers that are a pure function of (seed, path): the generator behind every draw of performer4j.
 *
 * <p>A <em>path</em> names the draw, for example (layer, redraw index) or (epoch, record). Two generators with the same seed and
 * path give the same numbers on every machine and in every thread, whatever was drawn before, so a resumed run continues with the
 * draws of the interrupted one.
 *
 * <p>The state advances by the golden-ratio increment and is finalised by the SplitMix64 mixer (Steele, Lea, Flood: <em>Fast
 * Splittable Pseudorandom Number Generators</em>, OOPSLA 2014). Gaussians use the polar method of Marsaglia.
 */
public final class CounterRandom {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double DOUBLE_UNIT = 0x1.0p-53;

    private long state;
    private double spareGaussian = Double.NaN;

    private CounterRandom(long state) {
        this.state = state;
    }

    /**
     * Opens the stream of draws named by the path.
     *
     * @param seed the run's seed
     * @param path what is drawn: any numbers that tell it from every other draw of the run
     * @return a generator at the start of its stream; not thread-safe
     */
    public static CounterRandom of(long seed, long... path) {
        return new CounterRandom(mix(seed, path));
    }

    /**
     * Hashes seed and path into 64 well-mixed bits; the length of the path counts, so (1) and (1, 0) differ.
     *
     * @param seed the run's seed
     * @param path any numbers
     * @return 64 bits
     */
    public static long mix(long seed, long... path) {
        long h = finalise(seed + GOLDEN * (path.length + 1L));
        for (long p : path) {
            h = finalise((h ^ finalise(p + GOLDEN)) + GOLDEN);
        }
        return h;
    }

    /**
     * Returns the bits that call number {@code index}, counted from 0, of {@link #nextLong} gives, without the calls before it.
     *
     * @param state {@code mix(seed, path)} of the stream
     * @param index not negative
     */
    public static long draw(long state, long index) {
        return finalise(state + (index + 1) * GOLDEN);
    }

    /** Returns 64 uniform bits. */
    public long nextLong() {
        state += GOLDEN;
        return finalise(state);
    }

    /**
     * Returns a uniform integer, without modulo bias.
     *
     * @param bound exclusive upper bound, positive
     * @return a number in [0, bound)
     * @throws IllegalArgumentException if the bound is not positive
     */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive; bound=" + bound);
        }
        long product = (nextLong() >>> 32) * bound;
        long low = product & 0xFFFFFFFFL;
        if (low < bound) {
            long threshold = (1L << 32) % bound;
            while (low < threshold) {
                product = (nextLong() >>> 32) * bound;
                low = product & 0xFFFFFFFFL;
            }
        }
        return (int) (product >>> 32);
    }

    /** Returns a uniform double in [0, 1). */
    public double nextDouble() {
        return (nextLong() >>> 11) * DOUBLE_UNIT;
    }

    /** Returns a standard normal double. */
    public double nextGaussian() {
        if (!Double.isNaN(spareGaussian)) {
            double result = spareGaussian;
            spareGaussian = Double.NaN;
            return result;
        }
        double u;
        double v;
        double s;
        do {
            u = 2 * nextDouble() - 1;
            v = 2 * nextDouble() - 1;
            s = u * u + v * v;
        } while (s >= 1 || s == 0);
        double scale = StrictMath.sqrt(-2 * StrictMath.log(s) / s);
        spareGaussian = v * scale;
        return u * scale;
    }

    private static long finalise(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
