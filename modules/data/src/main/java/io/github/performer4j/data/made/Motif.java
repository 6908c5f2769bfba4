package io.github.performer4j.data.made;

import java.util.List;
import java.util.Locale;
import org.jgrapht.generate.CompleteGraphGenerator;
import org.jgrapht.generate.GraphGenerator;
import org.jgrapht.generate.GridGraphGenerator;
import org.jgrapht.generate.RingGraphGenerator;
import org.jgrapht.generate.WheelGraphGenerator;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;
import org.jgrapht.util.SupplierUtil;

/** Small graphs of {@value #NODES} nodes that are planted into others. */
public enum Motif {
    /** A ring. */
    CYCLE(new RingGraphGenerator<>(12)),
    /** A ring of eleven, and a node joined to all of it. */
    WHEEL(new WheelGraphGenerator<>(12)),
    /** Three rows of four. */
    GRID(new GridGraphGenerator<>(3, 4)),
    /** Two rows of six. */
    LADDER(new GridGraphGenerator<>(2, 6)),
    /** Six nodes, each joined to each, and a path of six more. */
    LOLLIPOP(new CompleteGraphGenerator<>(6)) {
        @Override
        void complete(SimpleGraph<Integer, DefaultEdge> graph) {
            for (int i = 6; i < NODES; i++) {
                graph.addVertex(i);
                graph.addEdge(i - 1, i);
            }
        }
    };

    /** Nodes of each. */
    public static final int NODES = 12;

    private final List<int[]> edges;

    Motif(GraphGenerator<Integer, DefaultEdge, Integer> generator) {
        SimpleGraph<Integer, DefaultEdge> graph = new SimpleGraph<>(
                SupplierUtil.createIntegerSupplier(), SupplierUtil.createDefaultEdgeSupplier(), false);
        generator.generateGraph(graph);
        complete(graph);
        edges = graph.edgeSet().stream()
                .map(edge -> new int[] {graph.getEdgeSource(edge), graph.getEdgeTarget(edge)})
                .toList();
    }

    void complete(SimpleGraph<Integer, DefaultEdge> graph) {}

    /** Returns the edges, each as two nodes in [0, 12). */
    List<int[]> edges() {
        return edges;
    }

    /** Returns the name in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
