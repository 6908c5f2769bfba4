package io.github.performer4j.benchmarks;

import java.util.List;

/**
 * An array that processes exchange by a file of its own, row-major float32.
 *
 * @param name name of the file without its ending; parameters are named as Deeplearning4j names them, {@code block-0_Wq}
 * @param shape sizes of its dimensions
 * @param draw how it is drawn where it is an input
 */
record Tensor(String name, List<Integer> shape, Draw draw) {

    /** Distribution of an input. */
    sealed interface Draw {}

    /** Mean and standard deviation of normal values. */
    record Normal(double mean, double deviation) implements Draw {}

    /** Whole numbers 0 … bound − 1. */
    record Ids(int bound) implements Draw {}

    /** W of FAVOR+, rows N(0, I), as the layer of this name draws it from the case's seed. */
    record Projection(String layer) implements Draw {}

    Tensor {
        shape = List.copyOf(shape);
    }

    static Tensor normal(String name, double deviation, Integer... shape) {
        return new Tensor(name, List.of(shape), new Normal(0, deviation));
    }

    /** Returns the number of values. */
    long length() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** Returns the shape as ND4J wants it. */
    long[] dimensions() {
        return shape.stream().mapToLong(Integer::longValue).toArray();
    }
}
