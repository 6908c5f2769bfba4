package io.github.performer4j.core.cpu;

/**
 * Where a value or a gradient lies.
 *
 * @param kind whose memory it is
 * @param slot number within this memory
 * @param side number of the input whose tokens the rows stand for
 * @param columns of each row
 */
record CpuPlace(Kind kind, int slot, int side, int columns) {

    /** Whose memory. */
    enum Kind {
        /** The layer's input of a side, given. */
        INPUT,
        /** The layer's output, given. */
        OUTPUT,
        /** The gradient of the output, given; it is not written. */
        ERROR,
        /** The gradient of an input, given. */
        INPUT_GRADIENT,
        /** The layer's own, all rows, from the forward to the backward pass. */
        KEPT,
        /** The thread's, all rows, to the end of this pass. */
        PASS,
        /** The task's, a block of rows. */
        TASK
    }
}
