package io.github.performer4j.data.example;

import io.github.performer4j.kernels.graph.Graph;
import java.util.List;

/**
 * The graph of an example: N nodes with what is known of each.
 *
 * @param graph nodes and weighted edges
 * @param names [N] what a node is called in its source; empty where nodes have numbers only
 * @param kinds [N] one of a few kinds, as written: an element, a residue; empty if there are none
 * @param attributes [N][A] finite numbers; A may be 0
 * @param tags [N] what is to be predicted of each node, as written, blank for none; empty if there are none
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is handed on, never compared
public record ExampleGraph(
        Graph graph, List<String> names, List<String> kinds, double[][] attributes, List<String> tags) {
    /**
     * Checks sizes and numbers.
     *
     * @throws IllegalArgumentException if a list is not as long as there are nodes, rows of attributes differ in length, or one is not finite
     */
    public ExampleGraph {
        names = List.copyOf(names);
        kinds = List.copyOf(kinds);
        tags = List.copyOf(tags);
        int nodes = graph.nodes();
        for (List<String> each : List.of(names, kinds, tags)) {
            if (!each.isEmpty() && each.size() != nodes) {
                throw new IllegalArgumentException(
                        "there must be one for each node; nodes=" + nodes + ", found=" + each.size());
            }
        }
        if (attributes.length != nodes) {
            throw new IllegalArgumentException(
                    "each node must have its attributes; nodes=" + nodes + ", found=" + attributes.length);
        }
        for (int i = 0; i < nodes; i++) {
            if (attributes[i].length != attributes[0].length) {
                throw new IllegalArgumentException("nodes must have the same number of attributes; first="
                        + attributes[0].length + ", node=" + i + ", found=" + attributes[i].length);
            }
            for (double value : attributes[i]) {
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException(
                            "attributes must be finite numbers; node=" + i + ", found=" + value);
                }
            }
        }
    }

    /** Returns N. */
    public int nodes() {
        return graph.nodes();
    }

    /** Returns A. */
    public int attributeCount() {
        return attributes[0].length;
    }

    /** Returns what a node is called; its number from 1 where it has no name. */
    public String name(int node) {
        return names.isEmpty() ? String.valueOf(node + 1) : names.get(node);
    }
}
