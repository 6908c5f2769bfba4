package io.github.performer4j.gpu.device;

import java.util.Arrays;
import java.util.Locale;

/** In what a product multiplies float32 values; sums are float32 in each. */
public enum Precision {
    /** As they are. */
    FLOAT32(68),
    /** Rounded to 10 bits of mantissa, on the tensor cores of compute capability 8.0 and above. */
    TF32(77),
    /** Rounded to bfloat16, 7 bits of mantissa. */
    BFLOAT16(75);

    /** Name of the property that chooses. */
    public static final String PROPERTY = "performer4j.cuda.precision";

    private final int computeType;

    Precision(int computeType) {
        this.computeType = computeType;
    }

    /** Returns cuBLAS's cublasComputeType_t. */
    int computeType() {
        return computeType;
    }

    /**
     * Returns the one of a name.
     *
     * @param name in any case; null for float32
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Precision named(String name) {
        String wanted =
                name == null || name.isBlank() ? FLOAT32.name() : name.strip().toUpperCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(one -> one.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown precision; " + PROPERTY + "=" + name + ", known=float32, tf32, bfloat16"));
    }
}
