package io.github.performer4j.data.example;

import java.io.IOException;

/** Opens examples again and again: data is read more than once, and in every epoch if it is too large for memory. */
@FunctionalInterface
public interface ExampleSource {
    /**
     * Opens the examples at the first one.
     *
     * @param columns what stands where, as the configuration says
     * @return a new reader of the same examples in the same order; the caller closes it
     * @throws IOException if they cannot be read
     */
    ExampleReader open(ExampleColumns columns) throws IOException;
}
