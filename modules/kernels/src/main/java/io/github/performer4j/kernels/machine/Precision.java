package io.github.performer4j.kernels.machine;

import java.util.Locale;

/** In what a layer's products multiply float32 values on the processor; operands, sums and results are float32 in each. */
public enum Precision {
    /** As they are. */
    FLOAT32,
    /** Rounded to bfloat16, 7 bits of mantissa, ties to even; on processors whose instructions multiply them. */
    BFLOAT16,
    /** As sums of two bfloat16 values each, of whose products the least is left out, 15 bits; gradients of weights as they are; on the same processors. */
    BFLOAT16X3;

    /** Returns its name in properties and records, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
