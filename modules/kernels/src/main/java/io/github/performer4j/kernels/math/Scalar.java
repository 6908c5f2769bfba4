package io.github.performer4j.kernels.math;

/** Functions of one float32 number, with the same arithmetic as their vector forms. */
public final class Scalar {
    private static final float ROUND = 12582912f; // 1.5 · 2²³: adding it rounds to an integer in the low bits
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Below this exp is taken for exp of this, 1.2e-38. */
    private static final float LOWEST = -87.3f;

    private static final float HIGHEST = 88f;

    /** The density of N(0, 1) at 0, 1/√(2π). */
    public static final float DENSITY = 0.39894228f;

    /** Of the tail's t = 1/(1 + 0.34 |z|). */
    public static final float TAIL_SCALE = 0.34f;

    /**
     * {@code Φ(−|z|) exp(z²/2) = Σ_i TAIL_i t^(i+1)} to 3e-8 of its value for |z| ≤ 14: an own minimax fit, by weighted least squares on
     * values of 40 digits.
     */
    private static final float[] TAIL = {
        0.13562050535f,
        0.13611216236f,
        0.11519791709f,
        0.11535810833f,
        -0.04471589109f,
        0.20217887274f,
        -0.27312936895f,
        0.13949784605f,
        -0.02612013681f
    };

    /** Added under logarithms of what may be 0; its reciprocal is finite. */
    public static final float LEAST = 1e-30f;

    /** The bits of √½. */
    public static final int ROOT_HALF_BITS = 0x3F3504F3;

    private static final float[] LOG = {
        0.33333310485f,
        -0.24999986589f,
        0.20002226532f,
        -0.16669249535f,
        0.14218655229f,
        -0.12384369969f,
        0.11873016506f,
        -0.11789695919f,
        0.06915146857f
    };

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

    /** Returns {@code σ(a z + b z³)}, with a and b of an activation. */
    public static float sigmoid(Activation f, float z) {
        return 1 / (1 + exp(-z * (f.linear() + f.cubic() * (z * z))));
    }

    /** Returns the derivative of {@code z σ(a z + b z³)}. */
    public static float sigmoidSlope(Activation f, float z, float sigmoid) {
        float inner = z * (f.linear() + 3 * f.cubic() * (z * z)); // z times the argument's derivative
        return sigmoid + inner * (sigmoid * (1 - sigmoid));
    }

    /**
     * Returns log(x) to 2e-7 of its value or 6e-8, for normal numbers x &gt; 0.
     *
     * <p>{@code log(1 + f) = f − f²/2 + f³ Σ_i LOG_i f^i} for 1 + f in [√½, √2): an own minimax fit to 3e-10.
     */
    public static float log(float x) {
        int exponent = (Float.floatToRawIntBits(x) - ROOT_HALF_BITS) >> 23;
        float f = Float.intBitsToFloat(Float.floatToRawIntBits(x) - (exponent << 23)) - 1;
        float p = LOG[8];
        for (int i = 7; i >= 0; i--) {
            p = p * f + LOG[i];
        }
        float square = f * f;
        p = p * f * square + exponent * LN2_LOW - 0.5f * square;
        return exponent * LN2_HIGH + (f + p);
    }

    /** Returns coefficient i in 0 … 8 of the logarithm, for its vector form. */
    public static float logarithm(int i) {
        return LOG[i];
    }

    /** Returns {@code max((scale · x − shift) · factor, 0)}. */
    public static float height(float x, float scale, float shift, float factor) {
        return Math.max((scale * x - shift) * factor, 0);
    }

    /** Returns coefficient i in 0 … 8 of the normal distribution's tail, for its vector form. */
    public static float tail(int i) {
        return TAIL[i];
    }

    /** Returns exp(−z²/2). */
    public static float bell(float z) {
        return exp(-0.5f * z * z);
    }

    /**
     * Returns Φ(z), the distribution of N(0, 1): to 6e-7 of its value for z ≥ −2, 3e-6 down to −8; below −13.2 a number under 1e-38.
     *
     * @param z any number
     * @param bell {@code bell(z)}, which the density wants too
     */
    public static float normal(float z, float bell) {
        float t = 1 / (1 + TAIL_SCALE * Math.abs(z));
        float p = TAIL[8];
        for (int i = 7; i >= 0; i--) {
            p = p * t + TAIL[i];
        }
        p = p * t * bell;
        return z > 0 ? 1 - p : p;
    }
}
