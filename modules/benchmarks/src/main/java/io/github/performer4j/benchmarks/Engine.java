package io.github.performer4j.benchmarks;

import io.github.performer4j.kernels.machine.Precision;
import java.util.List;
import java.util.Locale;

/** Who computes, in the order of the rows: ours, the libtorchs of today, the graph, and the Python that the machine has. */
public enum Engine {
    /** performer4j's fused kernels. */
    FUSED,
    /** The same with products of layers in bfloat16, for those that have it. */
    FUSED_BF16,
    /** The same with products of float32 values out of bfloat16 parts, judged as float32 is. */
    FUSED_BF16X3,
    /** Deep Java Library on libtorch 2.7. */
    DJL,
    /** libtorch 2.10 of JavaCPP's presets, its BLAS Intel's MKL. */
    LIBTORCH,
    /** The same with {@code setFloat32MatmulPrecision("medium")}: all products in bfloat16, sums in float32. */
    LIBTORCH_BF16,
    /** performer4j's SameDiff graphs, the oracle of the fused kernels. */
    GRAPH,
    /** Eager PyTorch in Python, of whatever version there is: 1.13 in Debian 12. */
    TORCH;

    /** Engines that are measured where none is named: all but the one of a version that is not known. */
    public static final List<Engine> USUAL = List.of(FUSED, DJL, LIBTORCH, GRAPH);

    /** Returns whether it is what users would pick instead of performer4j, in float32. */
    public boolean peer() {
        return !fused() && this != GRAPH && !bfloat16();
    }

    /** Returns whether it is performer4j's fused kernels. */
    public boolean fused() {
        return this == FUSED || this == FUSED_BF16 || this == FUSED_BF16X3;
    }

    /** Returns whether its products are in bfloat16; such rows stand beside those in float32, and are judged more loosely. */
    public boolean bfloat16() {
        return this == FUSED_BF16 || this == LIBTORCH_BF16;
    }

    /** Returns it with products in a precision; itself where there is no such choice. */
    public Engine in(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> this;
            case BFLOAT16 -> this == FUSED ? FUSED_BF16 : this == LIBTORCH ? LIBTORCH_BF16 : this;
            case BFLOAT16X3 -> this == FUSED ? FUSED_BF16X3 : this;
        };
    }

    /** Returns the name in options, tables and JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
