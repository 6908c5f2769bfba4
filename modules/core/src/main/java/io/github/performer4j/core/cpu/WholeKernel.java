package io.github.performer4j.core.cpu;

/** One operation that sees whole sequences, on kernels: a region of its own, all rows at once. */
interface WholeKernel extends CpuKernel {

    /** Computes all rows. */
    void forward(CpuRun run);

    /** Goes back over all rows: adds to, or writes, the gradients of what was read. */
    void backward(CpuRun run);

    @Override
    default void forward(CpuRows rows) {
        throw new IllegalStateException("the operation sees whole sequences; operation=" + op());
    }

    @Override
    default void backward(CpuRows rows) {
        throw new IllegalStateException("the operation sees whole sequences; operation=" + op());
    }
}
