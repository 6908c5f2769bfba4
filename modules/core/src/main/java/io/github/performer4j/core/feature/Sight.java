package io.github.performer4j.core.feature;

/** What a fitted map wants to know of the queries and keys that it is fitted to. */
public enum Sight {
    /** Nothing: its frame is the same for any data, and safe in causal layers. */
    NOTHING,
    /** Their {@link Moments}, which kernels sum by products of matrices and layers can keep ({@link Statistics}). */
    MOMENTS,
    /** The rows themselves, those of the sequence at hand. */
    ROWS
}
