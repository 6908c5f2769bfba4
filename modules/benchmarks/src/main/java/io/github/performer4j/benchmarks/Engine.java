package io.github.performer4j.benchmarks;

import java.util.List;
import java.util.Locale;

/** Who computes, in the order of the rows: ours, the libtorchs of today, the graph, and the Python that the machine has. */
public enum Engine {
    /** performer4j's fused kernels. */
    FUSED,
    /** Deep Java Library on libtorch 2.7. */
    DJL,
    /** libtorch 2.10 of JavaCPP's presets, its BLAS Intel's MKL. */
    LIBTORCH,
    /** performer4j's SameDiff graphs, the oracle of the fused kernels. */
    GRAPH,
    /** Eager PyTorch in Python, of whatever version there is: 1.13 in Debian 12. */
    TORCH;

    /** Engines that are measured where none is named: all but the one of a version that is not known. */
    public static final List<Engine> USUAL = List.of(FUSED, DJL, LIBTORCH, GRAPH);

    /** Returns whether it is what users would pick instead of performer4j. */
    public boolean peer() {
        return this != FUSED && this != GRAPH;
    }

    /** Returns the name in options, tables and JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
