package io.github.performer4j.data.graph;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.TableRows;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@link EdgeList} as a kind of data, {@code edge-list}: a folder with tables {@code nodes} and {@code edges} (.csv or .tsv, .gz may follow), or with one such folder for each graph, whose id is the
 * folder's name. A column {@code label} of the nodes holds their labels; {@code data.columns.options.nodeLabels} says what these are.
 */
public final class EdgeListFormat implements ExampleFormat {
    private static final String LABEL = "label";

    @Override
    public String name() {
        return "edge-list";
    }

    @Override
    public List<String> endings() {
        return List.of(".csv", ".tsv");
    }

    @Override
    public boolean ofFolders() {
        return true;
    }

    @Override
    public boolean graphs() {
        return true;
    }

    @Override
    public boolean recognises(List<String> names) {
        return names.stream().anyMatch(name -> name.matches("([^/]+/)?edges\\.(csv|tsv)(\\.gz)?"));
    }

    @Override
    public ExampleReader open(Path folder, ExampleColumns columns) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DataFileException(
                    folder.toString(), 0, "an edge list is a folder with tables nodes and edges; found a file");
        }
        columns.requireNoColumns(folder.toString(), 0);
        columns.requireNoLabelSource(folder.toString());
        List<GraphExample> graphs = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Path one : table(folder, "edges") != null ? List.of(folder) : folders(folder)) {
            Path nodes = table(one, "nodes");
            Path edges = table(one, "edges");
            if (nodes == null || edges == null) {
                throw new DataFileException(
                        one.toString(),
                        0,
                        "an edge list must have tables nodes and edges (.csv or .tsv); nodes=" + nodes + ", edges="
                                + edges);
            }
            GraphSet set = new EdgeList(false, labelled(nodes) ? LABEL : "").read(nodes, edges);
            GraphExample graph = set.graphs().get(0);
            String id = String.valueOf(one.toAbsolutePath().normalize().getFileName());
            graphs.add(new GraphExample(id, graph.graph(), graph.features(), graph.nodeLabels(), ""));
            notes.addAll(set.notes());
        }
        return new GraphSource(new GraphSet(graphs, notes), folder, GraphSource.form(columns.options(), 0));
    }

    private static boolean labelled(Path nodes) throws IOException {
        try (TableRows rows = new TableRows(nodes, true)) {
            String[] header = rows.next();
            return header != null && Arrays.stream(header).map(String::strip).anyMatch(LABEL::equals);
        }
    }

    private static Path table(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(name + "\\.(csv|tsv)(\\.gz)?"))
                    .sorted()
                    .findFirst()
                    .orElse(null);
        }
    }

    private static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory)
                    .filter(inside -> !inside.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
