package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.kernels.graph.Graph;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A surface as its files list it, as a graph: a node for each vertex with its coordinates as attributes, an edge of weight 1 for each edge of a face. Vertices of no face stay, without edges. */
final class Mesh {
    private final List<double[]> vertices = new ArrayList<>();
    private final Set<Long> edges =
            new LinkedHashSet<>(); // smaller · 2^32 + larger; the other face of an edge lists it again
    private long loops;
    private long passed;

    /** Adds a vertex; the coordinates are those of the line's words from {@code first} on. */
    void vertex(Lines lines, int first) throws DataFileException {
        vertices.add(new double[] {
            lines.number(first, "a coordinate"),
            lines.number(first + 1, "a coordinate"),
            lines.number(first + 2, "a coordinate")
        });
    }

    /** Returns how many vertices there are. */
    int size() {
        return vertices.size();
    }

    /**
     * Adds the edges round a face.
     *
     * @param corners numbers of its vertices, from 0, in [0, size)
     * @throws DataFileException if they are fewer than 3
     */
    void face(Lines lines, int... corners) throws DataFileException {
        if (corners.length < 3) {
            throw lines.fault("a face must have at least 3 vertices; found " + corners.length);
        }
        for (int i = 0; i < corners.length; i++) {
            int a = corners[i];
            int b = corners[(i + 1) % corners.length];
            if (a == b) {
                loops++;
            } else {
                edges.add((long) Math.min(a, b) << 32 | Math.max(a, b));
            }
        }
    }

    /** Counts something that is passed over. */
    void pass() {
        passed++;
    }

    /**
     * Returns what was read.
     *
     * @throws DataFileException if there is no vertex
     */
    GraphFileFormat.Parsed parsed(Lines lines) throws DataFileException {
        if (vertices.isEmpty()) {
            throw lines.fault("a mesh must have vertices; found none");
        }
        List<String> notes = new ArrayList<>();
        if (loops > 0) {
            notes.add("edges of faces from a vertex to itself were left out; count=" + loops);
        }
        if (passed > 0) {
            notes.add("lines of other things than vertices and faces were passed over; count=" + passed);
        }
        Graph.Builder joined = new Graph.Builder(vertices.size());
        edges.forEach(edge -> joined.edge((int) (edge >> 32), (int) (long) edge));
        ExampleGraph graph =
                new ExampleGraph(joined.build(), List.of(), List.of(), vertices.toArray(double[][]::new), List.of());
        return new GraphFileFormat.Parsed(graph, List.of(), notes);
    }
}
