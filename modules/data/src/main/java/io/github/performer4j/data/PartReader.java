package io.github.performer4j.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Documents in order, part by part. */
interface PartReader extends Closeable {
    /** Returns the next part, or null at the end. */
    Part next() throws IOException;

    /** Returns what a user should know of what was read, a line each; complete at the end. */
    default List<String> notes() {
        return List.of();
    }

    /** Returns the unknown symbols met so far, with their counts. */
    Map<String, Long> unknown();
}
