package io.github.performer4j.data.graph;

import io.github.performer4j.kernels.graph.Graph;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Edges of one graph as files list them: loops and what is listed again are left out and counted. */
public final class Edges {
    private final boolean directed;
    private final Map<Long, Double> weights =
            new LinkedHashMap<>(); // by from · 2^32 + to; of undirected ones from < to
    private final Set<Long> listed = new HashSet<>(); // as they were written
    private long loops;
    private long again;

    /** What was left out of several graphs. */
    public static final class Counts {
        private long loops;
        private long again;

        /** Returns a line for each kind of what was left out. */
        public List<String> notes() {
            List<String> notes = new ArrayList<>();
            if (loops > 0) {
                notes.add("loops from a node to itself were left out; count=" + loops);
            }
            if (again > 0) {
                notes.add("edges that were listed before were left out; count=" + again);
            }
            return notes;
        }
    }

    /**
     * Begins a graph without edges.
     *
     * @param directed whether an edge leads one way only
     */
    public Edges(boolean directed) {
        this.directed = directed;
    }

    /**
     * Adds an edge; of those listed again the first holds.
     *
     * @param reversed whether an undirected edge may come a second time the other way round, which is no repetition
     */
    public void add(int from, int to, double weight, boolean reversed) {
        if (from == to) {
            loops++;
            return;
        }
        boolean turned = !directed && from > to;
        boolean known = weights.putIfAbsent(turned ? key(to, from) : key(from, to), weight) != null;
        boolean twice = !listed.add(key(from, to));
        if (reversed ? twice : known) {
            again++;
        }
    }

    private static long key(int from, int to) {
        return (long) from << 32 | to;
    }

    /** Builds the graph, and adds what was left out. */
    public Graph graph(int nodes, Counts counts) {
        counts.loops += loops;
        counts.again += again;
        Graph.Builder graph = new Graph.Builder(nodes);
        weights.forEach((key, weight) -> {
            int from = (int) (key >> 32);
            int to = (int) (long) key;
            if (directed) {
                graph.arc(from, to, weight);
            } else {
                graph.edge(from, to, weight);
            }
        });
        return graph.build();
    }
}
