package io.github.performer4j.data.graph;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.ReadingOptions;
import io.github.performer4j.data.files.DataFileException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The graphs of a {@link GraphSet}, one after the other, as examples; a graph's line is its number. */
final class GraphSource implements ExampleReader {
    private final GraphSet set;
    private final Path path;
    private final Function<GraphExample, ExampleGraph> form;
    private int next;

    GraphSource(GraphSet set, Path path, Function<GraphExample, ExampleGraph> form) {
        this.set = set;
        this.path = path;
        this.form = form;
    }

    /**
     * Returns graphs whose labels of nodes are kinds, tags or nothing.
     *
     * @param classes places at the beginning of features that hold the labels one-hot
     */
    static Function<GraphExample, ExampleGraph> form(ReadingOptions options, int classes) {
        return graph -> {
            double[][] attributes = new double[graph.graph().nodes()][];
            Arrays.setAll(
                    attributes, i -> Arrays.copyOfRange(graph.features()[i], classes, graph.features()[i].length));
            return new ExampleGraph(
                    graph.graph(),
                    List.of(),
                    options.nodeLabels().equals("kinds") ? graph.nodeLabels() : List.of(),
                    attributes,
                    options.nodeLabels().equals("tags") ? graph.nodeLabels() : List.of());
        };
    }

    @Override
    public Example next() throws DataFileException {
        if (next == set.graphs().size()) {
            return null;
        }
        GraphExample graph = set.graphs().get(next++);
        List<String> labels = new ArrayList<>();
        if (!graph.label().isEmpty()) {
            labels.add(graph.label());
        }
        return Example.ofGraph(next, graph.id(), form.apply(graph), labels);
    }

    @Override
    public List<String> notes() {
        String before = path + File.separator;
        return set.notes().stream()
                .map(note -> note.startsWith(before) ? note.substring(before.length()) : note)
                .toList();
    }

    @Override
    public void close() {
        // the files have been read
    }
}
