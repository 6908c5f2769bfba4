package io.github.performer4j.kernels.memory;

/**
 * Cosine and sine of one number from one reduction of its range: {@code x = nπ/2 + r}, both by polynomials in r², own minimax fits; n chooses which is
 * which and the signs.
 *
 * <p>To 3.1e-8 for |x| ≤ {@value #LARGEST} here, in double arithmetic, half a unit in the last place and nothing more; larger arguments, which
 * features do not have, by the library.
 */
public final class Waves {
    /** The largest argument for which this arithmetic, and that of vectors, is meant. */
    public static final float LARGEST = 16384;

    private static final double TWO_OVER_PI = 2 / Math.PI;
    private static final double HALF_PI = Math.PI / 2;

    private Waves() {}

    /** Returns the bits of cos(x), and below them those of sin(x). */
    static long of(float x) {
        if (!(Math.abs(x) <= LARGEST)) {
            return pack(Math.cos(x), Math.sin(x));
        }
        double n = Math.rint(x * TWO_OVER_PI);
        double r = x - n * HALF_PI;
        double s = r * r;
        double sine = r
                + r
                        * s
                        * (-0.16666666641426510
                                + s * (8.3333293622793080e-3 + s * (-1.9839327136246650e-4 + s * 2.7182372740822e-6)));
        double cosine = 1
                - 0.5 * s
                + s
                        * s
                        * (0.041666666622476985
                                + s * (-1.388888372262126e-3 + s * (2.479951176393422e-5 - s * 2.720954780110845e-7)));
        return switch ((int) n & 3) {
            case 0 -> pack(cosine, sine);
            case 1 -> pack(-sine, cosine);
            case 2 -> pack(-cosine, -sine);
            default -> pack(sine, -cosine);
        };
    }

    private static long pack(double cosine, double sine) {
        return (long) Float.floatToRawIntBits((float) cosine) << 32
                | Float.floatToRawIntBits((float) sine) & 0xFFFFFFFFL;
    }

    /** Returns the cosine of {@link #of}. */
    static float cosine(long wave) {
        return Float.intBitsToFloat((int) (wave >>> 32));
    }

    /** Returns the sine of {@link #of}. */
    static float sine(long wave) {
        return Float.intBitsToFloat((int) wave);
    }

    /** Writes scaled waves of a row of n: {@code phi_i = scale cos p_i, phi_(n+i) = scale sin p_i}. */
    public static void write(FloatBlock p, long at, int n, float scale, FloatBlock phi, long to) {
        for (int i = 0; i < n; i++) {
            long wave = of(p.get(at + i));
            phi.set(to + i, scale * cosine(wave));
            phi.set(to + n + i, scale * sine(wave));
        }
    }
}
