package io.github.performer4j.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What data with graphs holds.
 *
 * @param kind the format
 * @param files the files read, in order
 * @param graphs how many
 * @param nodes of a graph
 * @param edges of a graph, each way counted once
 * @param components connected parts of a graph
 * @param degree edges of a node
 * @param allNodes of all graphs
 * @param allEdges of all graphs
 * @param isolated nodes without an edge, in all graphs
 * @param kinds kind of node → count, most frequent first; empty if nodes have none
 * @param attributes numbers that each node has
 * @param tags tag of node → count, most frequent first; empty if nodes have none
 * @param labels what stands in the labels of graphs; empty if there are none
 * @param notes what was passed over, with counts
 */
public record GraphSummary(
        String kind,
        List<String> files,
        long graphs,
        Spread nodes,
        Spread edges,
        Spread components,
        Spread degree,
        long allNodes,
        long allEdges,
        long isolated,
        Map<String, Long> kinds,
        int attributes,
        Map<String, Long> tags,
        List<LabelSummary> labels,
        List<String> notes) {

    /**
     * Least, median (of an even number the lower one), mean and largest of whole numbers.
     *
     * @param least the smallest
     * @param median the one in the middle
     * @param mean their mean
     * @param largest the greatest
     */
    public record Spread(long least, long median, double mean, long largest) {}

    /** Returns the summary as a JSON object, its fields named as here. */
    public ObjectNode toJson() {
        return new ObjectMapper().valueToTree(this);
    }
}
