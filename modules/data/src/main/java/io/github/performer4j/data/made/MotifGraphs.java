package io.github.performer4j.data.made;

import io.github.performer4j.data.graph.GraphExample;
import io.github.performer4j.data.graph.TuWriter;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jgrapht.generate.GnpRandomGraphGenerator;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;
import org.jgrapht.util.SupplierUtil;

/**
 * Graphs in which a motif is planted: which one is it? An Erdős–Rényi graph G(n, p), a {@link Motif}, and {@code links} edges from drawn nodes of one to drawn nodes of the other; nodes are
 * numbered anew at random, and know nothing but their degree. The graph's label is the motif's name; labels of nodes are 1 in the motif and 0 elsewhere.
 *
 * @param seed of every draw; graph i is a function of (seed, i)
 * @param nodes n of the graph around the motif
 * @param probability p
 * @param links edges between motif and graph, at least 1
 */
public record MotifGraphs(long seed, int nodes, double probability, int links) {

    /**
     * Checks numbers.
     *
     * @throws IllegalArgumentException if there are no nodes or links, more links than pairs, or p is not in [0, 1]
     */
    public MotifGraphs {
        if (nodes < 1 || links < 1 || links > nodes * Motif.NODES) {
            throw new IllegalArgumentException("nodes and links must be positive, and links no more than pairs; nodes="
                    + nodes + ", links=" + links);
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be in [0, 1]; probability=" + probability);
        }
    }

    /** Returns graphs 0 … count − 1, motifs in turn. */
    public List<GraphExample> make(int count) {
        List<GraphExample> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(make(i, Motif.values()[i % Motif.values().length]));
        }
        return all;
    }

    /**
     * Writes graphs 0 … count − 1 as a folder in the TU format, the degree of each node as its attribute.
     *
     * @param folder new or empty
     * @param tags whether labels of nodes are written, which say what is in the motif
     * @return how often each motif is planted
     * @throws IOException if the folder holds something, or writing fails
     */
    public MadeSummary write(Path folder, int count, boolean tags) throws IOException {
        List<GraphExample> graphs = make(count).stream()
                .map(graph -> tags
                        ? graph
                        : new GraphExample(graph.id(), graph.graph(), graph.features(), List.of(), graph.label()))
                .toList();
        TuWriter.write(folder, "motifs", graphs);
        Map<String, Long> labels = new TreeMap<>();
        graphs.forEach(graph -> labels.merge(graph.label(), 1L, Long::sum));
        return new MadeSummary(Map.of("all", labels));
    }

    private GraphExample make(int index, Motif motif) {
        SimpleGraph<Integer, DefaultEdge> around = new SimpleGraph<>(
                SupplierUtil.createIntegerSupplier(), SupplierUtil.createDefaultEdgeSupplier(), false);
        new GnpRandomGraphGenerator<Integer, DefaultEdge>(
                        nodes, probability, new Random(CounterRandom.mix(seed, index, 0)), false)
                .generateGraph(around);
        CounterRandom random = CounterRandom.of(seed, index, 1);
        int all = nodes + Motif.NODES;
        int[] number = shuffled(all, random);
        Graph.Builder graph = new Graph.Builder(all);
        around.edgeSet()
                .forEach(edge -> graph.edge(number[around.getEdgeSource(edge)], number[around.getEdgeTarget(edge)]));
        for (int[] edge : motif.edges()) {
            graph.edge(number[nodes + edge[0]], number[nodes + edge[1]]);
        }
        int[] pairs = shuffled(nodes * Motif.NODES, random);
        for (int i = 0; i < links; i++) {
            graph.edge(number[pairs[i] / Motif.NODES], number[nodes + pairs[i] % Motif.NODES]);
        }
        return example(index, motif, graph.build(), number);
    }

    private GraphExample example(int index, Motif motif, Graph graph, int... number) {
        double[][] degrees = new double[graph.nodes()][1];
        String[] labels = new String[graph.nodes()];
        for (int i = 0; i < graph.nodes(); i++) {
            degrees[i][0] = graph.neighbours(i);
            labels[number[i]] = i < nodes ? "0" : "1";
        }
        return new GraphExample(Integer.toString(index), graph, degrees, List.of(labels), motif.label());
    }

    private static int[] shuffled(int n, CounterRandom random) {
        int[] order = new int[n];
        Arrays.setAll(order, i -> i);
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
