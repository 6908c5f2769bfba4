package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ExampleColumns;
import java.io.IOException;
import java.nio.file.Path;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.nio.json.JSONImporter;

/**
 * JSON files, one graph each ({@code graph-json}); {@link ImportedGraph} says what is read.
 *
 * <pre>{"nodes": [{"id": "a", "kind": "C", "x": 1.5}, …], "edges": [{"source": "a", "target": "b", "weight": 2}, …]}</pre>
 *
 * <p>The label of a graph is the name of the folder of its class.
 */
public final class GraphJsonFormat extends GraphFileFormat {
    public GraphJsonFormat() {
        super("graph-json", ".json");
    }

    @Override
    Parsed parse(Path file, ExampleColumns columns) throws IOException {
        columns.requireNoColumns(file.toString(), 0);
        ImportedGraph graph = new ImportedGraph(file, WholeText.of(file));
        JSONImporter<String, DefaultWeightedEdge> importer = new JSONImporter<>();
        importer.setVertexFactory(id -> id);
        importer.addVertexAttributeConsumer((node, value) -> graph.node(node.getFirst(), node.getSecond(), value));
        graph.read(importer);
        return graph.parsed(columns);
    }
}
