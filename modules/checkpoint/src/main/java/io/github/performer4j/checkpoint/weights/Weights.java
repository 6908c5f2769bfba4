package io.github.performer4j.checkpoint.weights;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Named tensors of another program. What is wrong with a file is told when it is opened. Close it when the tensors have been read; not thread-safe. */
public interface Weights extends Closeable {
    /** Returns the tensors in the file's order, each name once. */
    List<WeightTensor> tensors();

    /**
     * Finds a tensor.
     *
     * @return null if there is none of that name
     */
    WeightTensor tensor(String name);

    /** Returns where they come from, for messages. */
    String origin();

    @Override
    void close() throws IOException;
}
