package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.graph.Edges;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.WeightedPseudograph;
import org.jgrapht.nio.Attribute;
import org.jgrapht.nio.GraphImporter;
import org.jgrapht.nio.ImportException;

/**
 * A graph as JGraphT's importers read it. Edges go both ways, whatever the file says, and their {@code weight} weighs them, else 1. Of a node, {@code kind} is its kind, {@code tag} its tag, and
 * all else are attributes, in order of their names: numbers, which every node has.
 */
final class ImportedGraph {
    private static final List<String> IDS = List.of("ID", "id");
    private static final String KIND = "kind";
    private static final String TAG = "tag";

    private final WeightedPseudograph<String, DefaultWeightedEdge> graph =
            new WeightedPseudograph<>(DefaultWeightedEdge.class);
    private final Map<String, Map<String, String>> nodes = new HashMap<>();
    private final Map<String, String> whole = new LinkedHashMap<>();
    private final Path file;
    private final String text;

    ImportedGraph(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    /** Hears an attribute of a node. */
    void node(String node, String name, Attribute value) {
        if (!IDS.contains(name)) {
            nodes.computeIfAbsent(node, n -> new HashMap<>()).put(name, value.getValue());
        }
    }

    /** Hears an attribute of the graph. */
    void whole(String name, Attribute value) {
        whole.put(name, value.getValue());
    }

    /**
     * Reads the file.
     *
     * @throws DataFileException naming file and line where the importer tells it
     */
    void read(GraphImporter<String, DefaultWeightedEdge> importer) throws DataFileException {
        try {
            importer.importGraph(graph, new StringReader(text));
        } catch (ImportException | IllegalArgumentException e) {
            throw ImportFault.of(file, text, e);
        }
    }

    /**
     * Returns what was read.
     *
     * @param columns whose labels are attributes of the graph
     * @throws IOException if a node lacks an attribute, an attribute is no number, or a label is not there
     */
    GraphFileFormat.Parsed parsed(ExampleColumns columns) throws IOException {
        List<String> ids = List.copyOf(graph.vertexSet());
        if (ids.isEmpty()) {
            throw new DataFileException(file.toString(), 0, "a graph must have nodes; found none");
        }
        Map<String, Integer> numbers = new HashMap<>();
        ids.forEach(id -> numbers.put(id, numbers.size()));
        Edges edges = new Edges(false);
        for (DefaultWeightedEdge edge : graph.edgeSet()) {
            double weight = graph.getEdgeWeight(edge);
            String from = graph.getEdgeSource(edge);
            String to = graph.getEdgeTarget(edge);
            if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
                throw fault(
                        "a weight must be positive and finite; edge=" + from + "–" + to + ", found=" + weight,
                        from,
                        to);
            }
            edges.add(numbers.get(from), numbers.get(to), weight, false);
        }
        TreeSet<String> names = new TreeSet<>();
        nodes.values().forEach(node -> names.addAll(node.keySet()));
        List<String> kinds = texts(names.remove(KIND), KIND, ids);
        List<String> tags = new ArrayList<>();
        if (names.remove(TAG)) {
            ids.forEach(id -> tags.add(of(id).getOrDefault(TAG, "")));
        }
        double[][] attributes = new double[ids.size()][names.size()];
        for (int i = 0; i < attributes.length; i++) {
            int a = 0;
            for (String name : names) {
                attributes[i][a++] = number(ids.get(i), name);
            }
        }
        Edges.Counts counts = new Edges.Counts();
        ExampleGraph made = new ExampleGraph(edges.graph(ids.size(), counts), ids, kinds, attributes, tags);
        return new GraphFileFormat.Parsed(made, labels(columns), counts.notes());
    }

    private Map<String, String> of(String id) {
        return nodes.getOrDefault(id, Map.of());
    }

    private List<String> texts(boolean there, String name, List<String> ids) throws DataFileException {
        List<String> all = new ArrayList<>();
        if (there) {
            for (String id : ids) {
                all.add(need(id, name));
            }
        }
        return all;
    }

    private String need(String id, String name) throws DataFileException {
        String value = of(id).get(name);
        if (value == null) {
            throw fault("every node must have what one has; node=" + id + ", missing=" + name, id);
        }
        return value;
    }

    private double number(String id, String name) throws DataFileException {
        String written = need(id, name);
        double value = Double.NaN;
        try {
            value = Double.parseDouble(written);
        } catch (NumberFormatException e) {
            throw fault("an attribute must be a number; node=" + id + ", " + name + "=" + written, id);
        }
        if (!Double.isFinite(value)) {
            throw fault("an attribute must be finite; node=" + id + ", " + name + "=" + written, id);
        }
        return value;
    }

    private List<String> labels(ExampleColumns columns) throws DataFileException {
        List<String> labels = new ArrayList<>();
        for (String name : columns.labels()) {
            String value = whole.get(name);
            if (value == null && columns.options().labelsRequired()) {
                throw new DataFileException(
                        file.toString(),
                        0,
                        "a graph must have its labels as attributes; missing=" + name + ", found=" + whole.keySet());
            }
            if (value != null) {
                labels.add(value);
            }
        }
        return labels.size() == columns.labels().size()
                ? labels
                : List.of(); // a part of them would stand in wrong places
    }

    private DataFileException fault(String rule, String... ids) {
        return new DataFileException(file.toString(), ImportFault.line(text, ids), rule);
    }
}
