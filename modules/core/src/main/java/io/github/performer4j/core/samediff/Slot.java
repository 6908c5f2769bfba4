package io.github.performer4j.core.samediff;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One variable of an execution plan: what it is, when it lives, and where its array is. */
final class Slot {
    final String name;
    final boolean placeholder;
    long[] shape;
    DataType type;
    /** The variable whose memory this one shows in another shape, or null. */
    Slot source;
    /** Step that writes it, −1 for placeholders and constants. */
    int first = -1;
    /** Last step that reads it. */
    int last = -1;
    /** Whether it stays in the layer's own block from forward to backward. */
    boolean kept;
    /** Offset in its block, in elements; −1 if it has an array of its own. */
    long offset = -1;

    INDArray array;

    Slot(String name, boolean placeholder) {
        this.name = name;
        this.placeholder = placeholder;
    }

    /** Returns the variable that owns the memory. */
    Slot root() {
        return source == null ? this : source.root();
    }

    /** Returns whether the array changes from call to call. */
    boolean dynamic() {
        return root().placeholder;
    }

    /** Returns whether the variable is computed and lives in a block. */
    boolean managed() {
        return first >= 0 && type != null && type.isFPType() && source == null;
    }

    long elements() {
        long n = 1;
        for (long d : shape) {
            n *= d;
        }
        return n;
    }
}
