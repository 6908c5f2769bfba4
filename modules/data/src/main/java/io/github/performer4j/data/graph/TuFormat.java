package io.github.performer4j.data.graph;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@link TuFolder} as a kind of data, {@code graphs-tu}. A graph's label is the label of its example, or with graph attributes and no labels nothing. */
public final class TuFormat implements ExampleFormat {
    @Override
    public String name() {
        return "graphs-tu";
    }

    @Override
    public List<String> endings() {
        return List.of(".txt");
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
        return names.stream().anyMatch(name -> name.matches("[^/]*_graph_indicator\\.txt(\\.gz)?"));
    }

    @Override
    public ExampleReader open(Path folder, ExampleColumns columns) throws IOException {
        columns.requireNoColumns(folder.toString(), 1);
        columns.requireNoLabelSource(folder.toString());
        GraphSet set = TuFolder.read(folder);
        if (columns.options().labelsRequired()
                && columns.options().nodeLabels().equals("tags")
                && set.graphs().stream().anyMatch(graph -> graph.nodeLabels().isEmpty())) {
            throw new DataFileException(
                    folder.toString(), 0, "tags of nodes need a file NAME_node_labels.txt; found none");
        }
        Set<String> classes = new HashSet<>();
        set.graphs().forEach(graph -> classes.addAll(graph.nodeLabels()));
        return new GraphSource(set, folder, GraphSource.form(columns.options(), classes.size()));
    }
}
