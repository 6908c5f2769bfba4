package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import java.util.List;

/** One operation of a program on kernels. */
interface CpuKernel {

    /** Returns the operation. */
    Op op();

    /** Returns whether the result is computed again in the backward pass rather than kept. */
    default boolean cheap() {
        return false;
    }

    /** Returns what the backward pass reads row by row. */
    default List<Value> needs() {
        return List.of();
    }

    /** Returns what the gradients of weights read at the end of the backward pass, whole. */
    default List<Value> needsAtEnd() {
        return List.of();
    }

    /** Returns what else it keeps from the forward to the backward pass. */
    default List<CpuPlace> keeps() {
        return List.of();
    }

    /** Returns whether the backward pass gives the result again on its way, where {@link CpuRows#again} wants it. */
    default boolean givesAgain() {
        return false;
    }

    /** Returns whether the gradient of the first value that is read may lie where that of the result lies. */
    default boolean inPlace() {
        return false;
    }

    /** Returns whether {@link #end} reads the gradient of the result, whole. */
    default boolean gradientAtEnd() {
        return false;
    }

    /** Begins a pass, forward or backward, before blocks of rows run. */
    default void begin(CpuRun run) {}

    /** Computes a block of rows. */
    void forward(CpuRows rows);

    /** Computes a cheap result once more, without what else a forward pass leaves. */
    default void again(CpuRows rows) {
        forward(rows);
    }

    /** Goes back on a block of rows: adds to, or writes, the gradients of what was read, as {@link CpuRows#adds} says. */
    void backward(CpuRows rows);

    /** Ends a backward pass: writes gradients of parameters that are no weights and no vectors. */
    default void end(CpuRun run) {}
}
