package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.SparseMatrix;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Lengths of shortest paths from vertices, along arcs whose weights are lengths, by Dijkstra's algorithm with a binary heap; and only through vertices of one region, where regions are cut.
 * Not for many threads.
 */
final class ShortestPaths {
    private final SparseMatrix arcs;
    private final int[] region; // of each vertex
    private final double[] distance; // ∞ between calls
    private final int[] heap;
    private final int[] place; // in the heap, −1 outside
    private final int[] level; // −1 between calls
    private int filled;

    ShortestPaths(Graph graph) {
        arcs = graph.adjacency();
        region = new int[graph.nodes()];
        distance = new double[graph.nodes()];
        heap = new int[graph.nodes()];
        place = new int[graph.nodes()];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        level = new int[graph.nodes()];
        Arrays.fill(place, -1);
        Arrays.fill(level, -1);
    }

    /** Returns f of a distance, and 0 where no path leads. */
    static double apply(DoubleUnaryOperator f, double distance) {
        return distance == Double.POSITIVE_INFINITY ? 0 : f.applyAsDouble(distance);
    }

    /** Returns how many vertices the graph has. */
    int vertices() {
        return region.length;
    }

    /** Returns the region of a vertex. */
    int region(int vertex) {
        return region[vertex];
    }

    /** Puts vertices into a region. */
    void mark(int number, int... vertices) {
        for (int v : vertices) {
            region[v] = number;
        }
    }

    /**
     * Returns distances from the nearest of some sources.
     *
     * @param vertices all of one region; those of others are not entered
     * @param sources among them
     * @return [vertices], ∞ where no path leads
     */
    double[] from(int[] vertices, int... sources) {
        int own = region[vertices[0]];
        for (int s : sources) {
            reach(s, 0);
        }
        while (filled > 0) {
            int v = pop();
            for (int e = arcs.begin(v); e < arcs.end(v); e++) {
                if (region[arcs.column(e)] == own) {
                    reach(arcs.column(e), distance[v] + arcs.value(e));
                }
            }
        }
        double[] found = new double[vertices.length];
        Arrays.setAll(found, i -> distance[vertices[i]]);
        for (int v : vertices) {
            distance[v] = Double.POSITIVE_INFINITY;
        }
        return found;
    }

    private void reach(int v, double length) {
        if (length < distance[v]) {
            distance[v] = length;
            if (place[v] < 0) {
                place[v] = filled;
                heap[filled++] = v;
            }
            up(place[v]);
        }
    }

    private void up(int from) {
        int at = from;
        while (at > 0 && distance[heap[at]] < distance[heap[(at - 1) / 2]]) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private int pop() {
        int first = heap[0];
        swap(0, --filled);
        place[first] = -1;
        int at = 0;
        while (2 * at + 1 < filled) {
            int child = 2 * at + 1;
            if (child + 1 < filled && distance[heap[child + 1]] < distance[heap[child]]) {
                child++;
            }
            if (!(distance[heap[child]] < distance[heap[at]])) {
                break;
            }
            swap(at, child);
            at = child;
        }
        return first;
    }

    private void swap(int a, int b) {
        int v = heap[a];
        heap[a] = heap[b];
        heap[b] = v;
        place[heap[a]] = a;
        place[heap[b]] = b;
    }

    /**
     * Searches one region by breadth.
     *
     * @param most no more vertices than that can be reached
     */
    Levels levels(int root, int most) {
        int own = region[root];
        int[] queue = new int[most];
        int end = 1;
        queue[0] = root;
        level[root] = 0;
        for (int i = 0; i < end; i++) {
            int v = queue[i];
            for (int e = arcs.begin(v); e < arcs.end(v); e++) {
                int w = arcs.column(e);
                if (region[w] == own && level[w] < 0) {
                    level[w] = level[v] + 1;
                    queue[end++] = w;
                }
            }
        }
        int[] reached = Arrays.copyOf(queue, end);
        int[] found = new int[end];
        Arrays.setAll(found, i -> level[reached[i]]);
        for (int v : reached) {
            level[v] = -1;
        }
        return new Levels(reached, found);
    }

    /**
     * A search by breadth.
     *
     * @param reached vertices in its order
     * @param level of each of them, rising
     */
    @SuppressWarnings("ArrayRecordComponent") // read only by what asked for it
    record Levels(int[] reached, int[] level) {
        int last() {
            return reached[reached.length - 1];
        }
    }
}
