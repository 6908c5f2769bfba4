package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.nio.graphml.SimpleGraphMLImporter;

/** GraphML files, one graph each ({@code graphml}); {@link ImportedGraph} says what is read. Labels of the graph are its attributes that {@code data.columns.labels} names, else the name of the folder of its class. A file with a DOCTYPE is refused, because it could have the parser open others. */
public final class GraphMlFormat extends GraphFileFormat {
    public GraphMlFormat() {
        super("graphml", ".graphml");
    }

    @Override
    Parsed parse(Path file, ExampleColumns columns) throws IOException {
        columns.requireNoColumns(file.toString(), columns.labels().size());
        String text = WholeText.of(file);
        if (text.contains("<!DOCTYPE")) {
            throw new DataFileException(
                    file.toString(),
                    1
                            + text.substring(0, text.indexOf("<!DOCTYPE"))
                                    .chars()
                                    .filter(c -> c == '\n')
                                    .count(),
                    "a GraphML file must have no DOCTYPE; found one");
        }
        ImportedGraph graph = new ImportedGraph(file, text);
        SimpleGraphMLImporter<String, DefaultWeightedEdge> importer = new SimpleGraphMLImporter<>();
        importer.setVertexFactory(id -> id);
        importer.setEdgeWeightAttributeName("weight");
        importer.addVertexAttributeConsumer((node, value) -> graph.node(node.getFirst(), node.getSecond(), value));
        importer.addGraphAttributeConsumer(graph::whole);
        graph.read(importer);
        return graph.parsed(columns);
    }
}
