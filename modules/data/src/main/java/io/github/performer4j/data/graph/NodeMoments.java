package io.github.performer4j.data.graph;

import io.github.performer4j.data.example.ExampleGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Collects what {@link GraphConfig} must know of the nodes of graphs: all kinds, in order of their names, and mean and standard deviation of each attribute (Welford's sums). */
public final class NodeMoments {
    private final TreeSet<String> kinds = new TreeSet<>();
    private boolean kinded;
    private double[] mean;
    private double[] squares;
    private long count;

    /**
     * Adds a graph.
     *
     * @throws IllegalArgumentException if its nodes have other numbers of attributes than those before, or kinds where they had none
     */
    public void add(ExampleGraph graph) {
        if (mean == null) {
            mean = new double[graph.attributeCount()];
            squares = new double[mean.length];
            kinded = !graph.kinds().isEmpty();
        }
        if (graph.attributeCount() != mean.length || kinded == graph.kinds().isEmpty()) {
            throw new IllegalArgumentException(
                    "nodes of all graphs must have as many attributes, and kinds in all or in none; attributes="
                            + graph.attributeCount() + ", first=" + mean.length + ", with kinds="
                            + !graph.kinds().isEmpty() + ", first=" + kinded);
        }
        kinds.addAll(graph.kinds());
        for (double[] row : graph.attributes()) {
            count++;
            for (int a = 0; a < mean.length; a++) {
                double before = row[a] - mean[a];
                mean[a] += before / count;
                squares[a] += before * (row[a] - mean[a]);
            }
        }
    }

    /**
     * Returns settings that know them.
     *
     * @throws IllegalArgumentException if there was no graph
     */
    public GraphConfig of(GraphConfig config) {
        if (mean == null) {
            throw new IllegalArgumentException("the data must hold a graph; found none");
        }
        List<Double> means = new ArrayList<>();
        List<Double> scales = new ArrayList<>();
        for (int a = 0; a < mean.length; a++) {
            double variance = squares[a] / count;
            means.add(mean[a]);
            scales.add(variance > 1e-24 * (1 + mean[a] * mean[a]) ? Math.sqrt(variance) : 1);
        }
        return config.with(List.copyOf(kinds), means, scales);
    }
}
