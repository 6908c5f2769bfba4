package io.github.performer4j.benchmarks;

import java.util.Locale;

/** Who computes. */
public enum Engine {
    /** performer4j's fused kernels. */
    FUSED,
    /** performer4j's SameDiff graphs, the oracle of the fused kernels. */
    GRAPH,
    /** Deep Java Library on libtorch. */
    DJL,
    /** libtorch of JavaCPP's presets, newer than DJL's, its BLAS Intel's MKL. */
    LIBTORCH,
    /** Eager PyTorch in Python. */
    TORCH;

    /** Returns the name in options, tables and JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
