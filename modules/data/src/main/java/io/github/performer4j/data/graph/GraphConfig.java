package io.github.performer4j.data.graph;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.github.performer4j.data.example.ExampleGraph;
import java.io.Serializable;
import java.util.List;

/**
 * What becomes of graphs before a model sees them. Reads and writes as JSON by Jackson's record support.
 *
 * <pre>
 * a node's row     1 at its kind's place among the kinds, then (attribute − mean) / scale: F = kinds + attributes; of nodes that have neither, a 1
 * a graph's rows   the entries of its kernel's factors, walks drawn once from (seed, graph, node)
 * </pre>
 *
 * @param kernel a {@link NodeKernel}: {@code none}, where the data has no graphs, {@code self}, {@code adjacency}, {@code walks}, {@code grf} or {@code diffusion}
 * @param walks from each node, of {@code walks} and {@code grf}; 0 for 50
 * @param halting probability with which a walk ends before each step, in [0, 1); null for 0.2
 * @param lengths L, the longest walk in nodes; 0 for 4
 * @param time t of {@code diffusion}; null for 1
 * @param seed of the walks
 * @param kinds of nodes, in the order of their places; null until the data tells them
 * @param means of the attributes; null until the data tells them
 * @param scales standard deviations of the attributes, 1 where they do not vary; null until the data tells them
 */
public record GraphConfig(
        String kernel,
        int walks,
        Double halting,
        int lengths,
        Double time,
        long seed,
        List<String> kinds,
        List<Double> means,
        List<Double> scales)
        implements Serializable {
    /** Checks every value. */
    public GraphConfig {
        NodeKernel chosen = NodeKernel.named(kernel == null ? "none" : kernel);
        kernel = chosen.written();
        walks = walks == 0 ? 50 : walks;
        halting = halting == null ? 0.2 : halting;
        lengths = lengths == 0 ? 4 : lengths;
        time = time == null ? 1 : time;
        kinds = kinds == null ? null : List.copyOf(kinds);
        means = means == null ? null : List.copyOf(means);
        scales = scales == null ? null : List.copyOf(scales);
        if ((kinds == null) != (means == null) || (means == null) != (scales == null)) {
            throw new IllegalArgumentException("kinds, means and scales of nodes are known together; kinds=" + kinds
                    + ", means=" + means + ", scales=" + scales);
        }
        if (means != null
                && (means.size() != scales.size() || !scales.stream().allMatch(s -> s > 0 && Double.isFinite(s)))) {
            throw new IllegalArgumentException(
                    "each attribute must have a mean and a positive scale; means=" + means + ", scales=" + scales);
        }
    }

    /** Returns the settings of data without graphs. */
    public static GraphConfig none() {
        return new GraphConfig(null, 0, null, 0, null, 1, null, null, null);
    }

    /** Returns whether the data is to have graphs. */
    @JsonIgnore
    public boolean given() {
        return NodeKernel.named(kernel) != NodeKernel.NONE;
    }

    /** Returns whether kinds and attributes of nodes are known. */
    @JsonIgnore
    public boolean known() {
        return kinds != null;
    }

    /** Returns L of the entries; 0 where the data has no graphs. */
    public int channels() {
        return given() ? NodeKernel.named(kernel).channels(this) : 0;
    }

    /**
     * Returns F, the floats of a node's row.
     *
     * @throws IllegalArgumentException if kinds and attributes are not known yet
     */
    public int rowSize() {
        if (!known()) {
            throw new IllegalArgumentException(
                    "kinds and attributes of nodes must be known before graphs are rows; data.graph.kinds=null");
        }
        return Math.max(1, kinds.size() + means.size());
    }

    /** Returns a copy with another kernel. */
    public GraphConfig withKernel(String value) {
        return new GraphConfig(value, walks, halting, lengths, time, seed, kinds, means, scales);
    }

    /** Returns a copy that knows kinds and attributes. */
    public GraphConfig with(List<String> newKinds, List<Double> newMeans, List<Double> newScales) {
        return new GraphConfig(kernel, walks, halting, lengths, time, seed, newKinds, newMeans, newScales);
    }

    /**
     * Refuses a graph whose nodes have other things than the training data's.
     *
     * @throws IllegalArgumentException naming both
     */
    void require(ExampleGraph graph) {
        if (graph.attributeCount() != means.size() || graph.kinds().isEmpty() != kinds.isEmpty()) {
            throw new IllegalArgumentException(
                    "nodes must have what those of the training data have; attributes=" + graph.attributeCount()
                            + ", expected=" + means.size() + ", with kinds="
                            + !graph.kinds().isEmpty() + ", expected="
                            + !kinds.isEmpty());
        }
    }
}
