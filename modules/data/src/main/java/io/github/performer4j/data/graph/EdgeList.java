package io.github.performer4j.data.graph;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One graph from two tables with headers (CSV or TSV, plain or gzip): a table of nodes, whose first column is their ids, and a table of edges, whose first two columns are ids of nodes. A column
 * of edges named {@code weight} weighs them, else they weigh 1; all other columns of edges are refused. Columns of nodes are numbers, but for that of labels.
 *
 * @param directed whether an edge leads one way only
 * @param label name of the nodes' column of labels; empty for none
 */
public record EdgeList(boolean directed, String label) {
    private static final String WEIGHT = "weight";

    /**
     * Reads a graph. Loops and edges that are listed again (of undirected ones the other way round, too) are left out and counted; nodes without edges stay.
     *
     * @param nodes table of nodes
     * @param edges table of edges
     * @return one graph, its id the name of the table of edges
     * @throws DataFileException naming file and line, if an id repeats or is not there, a feature or weight is no finite number, a weight is not positive, or a column is missing or unknown
     * @throws IOException if reading fails
     */
    public GraphSet read(Path nodes, Path edges) throws IOException {
        Map<String, Integer> ids = new LinkedHashMap<>();
        List<double[]> features = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        readNodes(nodes, ids, features, labels);
        Edges.Counts counts = new Edges.Counts();
        GraphExample graph = new GraphExample(
                String.valueOf(edges.getFileName()),
                readEdges(edges, ids).graph(ids.size(), counts),
                features.toArray(double[][]::new),
                labels,
                "");
        return new GraphSet(
                List.of(graph),
                counts.notes().stream().map(note -> edges + ": " + note).toList());
    }

    private void readNodes(Path file, Map<String, Integer> ids, List<double[]> features, List<String> labels)
            throws IOException {
        try (NumberRows rows = new NumberRows(file)) {
            List<String> header = header(rows, 1, file);
            int labelled = label.isEmpty() ? -1 : header.indexOf(label);
            if (!label.isEmpty() && labelled < 1) {
                throw rows.fault(
                        "the header must name the column of labels; label=" + label + ", found=" + header, null);
            }
            while (rows.next()) {
                String id = rows.text(0);
                if (id.isEmpty() || ids.putIfAbsent(id, ids.size()) != null) {
                    throw rows.fault("a node must have an id of its own; found " + (id.isEmpty() ? "none" : id), null);
                }
                double[] values = new double[header.size() - (labelled < 0 ? 1 : 2)];
                int to = 0;
                for (int c = 1; c < header.size(); c++) {
                    if (c != labelled) {
                        values[to++] = rows.number(c, "feature " + header.get(c));
                    }
                }
                features.add(values);
                if (labelled >= 0) {
                    if (rows.text(labelled).isEmpty()) {
                        throw rows.fault("a node must have a label; id=" + id, null);
                    }
                    labels.add(rows.text(labelled));
                }
            }
        }
        if (ids.isEmpty()) {
            throw new DataFileException(file.toString(), 0, "a graph must have nodes; found none");
        }
    }

    private Edges readEdges(Path file, Map<String, Integer> ids) throws IOException {
        Edges edges = new Edges(directed);
        try (NumberRows rows = new NumberRows(file)) {
            List<String> header = header(rows, 2, file);
            if (header.size() > 3 || header.size() == 3 && !header.get(2).equals(WEIGHT)) {
                throw rows.fault(
                        "a table of edges must have two columns of ids and perhaps one named weight; found " + header,
                        null);
            }
            if (ids.containsKey(header.get(0)) && ids.containsKey(header.get(1))) {
                throw rows.fault("the first line must be a header; found the ids of two nodes: " + header, null);
            }
            while (rows.next()) {
                double weight = header.size() < 3 ? 1 : rows.number(2, WEIGHT);
                if (weight <= 0) {
                    throw rows.fault("a weight must be positive; found " + rows.text(2), null);
                }
                edges.add(node(rows, 0, ids), node(rows, 1, ids), weight, false);
            }
        }
        return edges;
    }

    private static int node(NumberRows rows, int field, Map<String, Integer> ids) throws DataFileException {
        Integer node = ids.get(rows.text(field));
        if (node == null) {
            throw rows.fault("an edge must join nodes of the table; found " + rows.text(field), null);
        }
        return node;
    }

    private static List<String> header(NumberRows rows, int least, Path file) throws IOException {
        if (!rows.next()) {
            throw new DataFileException(file.toString(), 0, "a table must have a header; found nothing");
        }
        String[] names = new String[rows.width()];
        Arrays.setAll(names, rows::text);
        if (names.length < least) {
            throw rows.fault("a table must have at least " + least + " columns; found " + names.length, null);
        }
        return List.of(names);
    }
}
