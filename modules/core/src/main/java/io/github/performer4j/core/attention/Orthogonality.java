package io.github.performer4j.core.attention;

/**
 * Which products in front of attention have orthonormal columns: W is made of the vectors of reflections, see {@link io.github.performer4j.kernels.OrthogonalFrame}.
 *
 * <p>Then {@code |x W| ≤ |x|}: queries and keys stay as long as the rows that they are made of (and b), however long the layer is trained, and with them the variance of random features,
 * which grows as {@code e^{|q + k|²}} (docs/maths.md §2).
 */
public enum Orthogonality {
    /** None. */
    NONE,
    /** Those of queries and keys. */
    QK
}
