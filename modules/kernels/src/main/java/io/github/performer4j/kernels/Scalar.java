package io.github.performer4j.kernels;

/** Functions of one float32 number, with the same arithmetic as their vector forms. */
public final class Scalar {
    private static final float ROUND = 12582912f; // 1.5 · 2²³: adding it rounds to an integer in the low bits
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Below this exp is taken for exp of this, 1.2e-38. */
    private static final float LOWEST = -87.3f;

    private static final float HIGHEST = 88f;

    private Scalar() {}

    /** Returns exp(x) to 2e-7 of its value, for x in [−87.3, 88]; the nearer end's value outside. */
    public static float exp(float x) {
        float y = Math.min(Math.max(x, LOWEST), HIGHEST);
        float n = y * LOG2_E + ROUND;
        int shift = Float.floatToRawIntBits(n) << 23;
        n -= ROUND;
        float f = y - n * LN2_HIGH - n * LN2_LOW;
        float p = 1.9875691500e-4f;
        p = p * f + 1.3981999507e-3f;
        p = p * f + 8.3334519073e-3f;
        p = p * f + 4.1665795894e-2f;
        p = p * f + 1.6666665459e-1f;
        p = p * f + 5.0000001201e-1f;
        p = p * f * f + f + 1;
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + shift);
    }
}
