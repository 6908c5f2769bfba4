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

    /**
     * Returns what stands in front of a name in this file, as {@code bert.} in front of {@code embeddings.word_embeddings.weight} where a model was saved with a head: the first tensor with that name, or with a dot and that name at its end.
     *
     * @return nothing, too, where the name is missing
     */
    default String prefix(String name) {
        return tensors().stream()
                .map(WeightTensor::name)
                .filter(found -> found.equals(name) || found.endsWith("." + name))
                .map(found -> found.substring(0, found.length() - name.length()))
                .findFirst()
                .orElse("");
    }

    /** Returns where they come from, for messages. */
    String origin();

    @Override
    void close() throws IOException;
}
