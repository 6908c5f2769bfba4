package io.github.performer4j.data.graph;

import java.util.List;

/**
 * Graphs of one source.
 *
 * @param graphs in the source's order
 * @param notes what was passed over and why, one line each, with counts; empty if nothing was
 */
public record GraphSet(List<GraphExample> graphs, List<String> notes) {
    /** Copies both. */
    public GraphSet {
        graphs = List.copyOf(graphs);
        notes = List.copyOf(notes);
    }
}
