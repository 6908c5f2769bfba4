package io.github.performer4j.checkpoint.weights;

import java.io.IOException;
import java.util.List;

/**
 * A constant of an ONNX graph.
 *
 * @param name in the graph
 * @param type of its elements
 * @param shape dimensions
 * @param offset of its bytes in the file; −1 for integers that are no bytes but a list of numbers, which no weight is
 */
record Initializer(String name, ElementType type, List<Long> shape, long offset) {
    /** Returns the tensor. */
    WeightTensor tensor(String path, TensorBytes whole) {
        TensorBytes bytes = offset >= 0
                ? whole
                : (from, length) -> {
                    throw new IOException(path + ": lists of integers are not read as weights; tensor=" + name);
                };
        return new WeightTensor(name, type, shape, false, bytes, Math.max(0, offset));
    }
}
