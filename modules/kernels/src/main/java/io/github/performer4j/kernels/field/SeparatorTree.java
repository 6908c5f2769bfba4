package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A graph cut by separators, again and again, and the lengths of its shortest paths as far as they are needed then: what {@link SeparatorIntegrator} and {@link PathMask} multiply by functions of.
 * It is found once for a graph, O(N^1.5) numbers on meshes. A value.
 */
public final class SeparatorTree {
    private final int vertices;
    private final Part root;

    private SeparatorTree(int vertices, Part root) {
        this.vertices = vertices;
        this.root = root;
    }

    /**
     * Cuts a graph.
     *
     * @param graph symmetric; weights of arcs are lengths
     * @throws IllegalArgumentException if the graph is not symmetric
     */
    public static SeparatorTree of(Graph graph, SeparatorOptions options) {
        if (!graph.symmetric()) {
            throw new IllegalArgumentException("distances must be the same both ways: " + graph);
        }
        int[] all = IntStream.range(0, graph.nodes()).toArray();
        return new SeparatorTree(graph.nodes(), new Builder(new ShortestPaths(graph), options).part(all));
    }

    /** Returns N. */
    public int vertices() {
        return vertices;
    }

    Part root() {
        return root;
    }

    /** A part of the graph. */
    sealed interface Part permits Rows, Cut {}

    /**
     * Distances of some vertices to some: of all that is in a part, or of its separator.
     *
     * @param back of columns, whether what rows give them is not there yet, because they are no rows themselves
     * @param distances [rows,columns], ∞ where no path leads
     */
    @SuppressWarnings("ArrayRecordComponent") // read only by products
    record Rows(int[] rows, int[] columns, boolean[] back, double[] distances) implements Part {}

    /**
     * A part that is cut.
     *
     * @param cross what its parts give each other; null if there is nothing
     */
    record Cut(Rows separator, CrossTerms cross, List<Part> parts) implements Part {}

    /** Cuts. */
    private static final class Builder {
        private final ShortestPaths paths;
        private final SeparatorOptions options;
        private int regions;

        Builder(ShortestPaths paths, SeparatorOptions options) {
            this.paths = paths;
            this.options = options;
        }

        Part part(int... vertices) {
            paths.mark(++regions, vertices);
            if (vertices.length <= options.leaf()) {
                return rows(vertices, vertices);
            }
            Separator cut = Separator.of(paths, vertices);
            int[] s = cut.vertices();
            if (2 * s.length > vertices.length) { // no small separator: dense
                return rows(vertices, vertices);
            }
            Rows separator = rows(s, vertices);
            CrossTerms cross =
                    s.length == 0 || cut.parts().size() < 2 ? null : CrossTerms.of(paths, cut, vertices, options);
            return new Cut(
                    separator, cross, cut.parts().stream().map(this::part).toList());
        }

        private Rows rows(int[] rows, int[] columns) {
            double[] distances = new double[Math.multiplyExact(rows.length, columns.length)];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(paths.from(columns, rows[i]), 0, distances, i * columns.length, columns.length);
            }
            boolean[] back = new boolean[columns.length];
            int[] sorted = rows.clone();
            Arrays.sort(sorted);
            for (int j = 0; j < back.length; j++) {
                back[j] = Arrays.binarySearch(sorted, columns[j]) < 0;
            }
            return new Rows(rows, columns, back, distances);
        }
    }
}
