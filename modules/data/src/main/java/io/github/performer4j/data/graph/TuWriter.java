package io.github.performer4j.data.graph;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Writes graphs as a folder that {@link TuFolder} reads: features of nodes as attributes, labels of graphs, and labels of nodes where they have some. */
public final class TuWriter {
    private TuWriter() {}

    /**
     * Writes a folder.
     *
     * @param folder new or empty; it is made
     * @param name that the files begin with
     * @throws DataFileException if the folder holds something, there are no graphs, they have weights, which the format has no place for, or some of them have labels and others not
     * @throws IOException if writing fails
     */
    public static void write(Path folder, String name, List<GraphExample> graphs) throws IOException {
        InputFiles.requireEmpty(folder);
        if (graphs.isEmpty()) {
            throw new DataFileException(folder.toString(), 0, "a set must have graphs; found none");
        }
        boolean labelled = all(folder, "labels", graphs, graph -> !graph.label().isEmpty());
        boolean named = all(
                folder, "labels of nodes", graphs, graph -> !graph.nodeLabels().isEmpty());
        List<String> edges = new ArrayList<>();
        List<String> indicator = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        List<String> nodeLabels = new ArrayList<>();
        List<String> attributes = new ArrayList<>();
        int first = 1;
        for (int g = 0; g < graphs.size(); g++) {
            GraphExample graph = graphs.get(g);
            int begin = first;
            boolean[] weighted = new boolean[1];
            graph.graph().adjacency().forEach((i, j, weight) -> {
                weighted[0] |= weight != 1;
                edges.add((begin + i) + ", " + (begin + j));
            });
            if (weighted[0]) {
                throw new DataFileException(
                        folder.toString(), 0, "the TU format has no place for weights of edges; graph=" + graph.id());
            }
            for (double[] row : graph.features()) {
                indicator.add(String.valueOf(g + 1));
                attributes.add(Arrays.stream(row).mapToObj(TuWriter::written).collect(Collectors.joining(", ")));
            }
            labels.add(graph.label());
            nodeLabels.addAll(graph.nodeLabels());
            first += graph.graph().nodes();
        }
        Files.createDirectories(folder);
        put(folder, name + "_A", edges);
        put(folder, name + "_graph_indicator", indicator);
        if (labelled) {
            put(folder, name + "_graph_labels", labels);
        }
        if (named) {
            put(folder, name + "_node_labels", nodeLabels);
        }
        if (graphs.get(0).featureCount() > 0) {
            put(folder, name + "_node_attributes", attributes);
        }
    }

    /** Returns whether all graphs have something, and not none. */
    private static boolean all(Path folder, String what, List<GraphExample> graphs, Predicate<GraphExample> has)
            throws DataFileException {
        long some = graphs.stream().filter(has).count();
        if (some != 0 && some != graphs.size()) {
            throw new DataFileException(
                    folder.toString(),
                    0,
                    "all graphs or none must have " + what + "; with=" + some + ", of=" + graphs.size());
        }
        return some > 0;
    }

    private static String written(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }

    private static void put(Path folder, String name, List<String> lines) throws IOException {
        Files.write(folder.resolve(name + ".txt"), lines, StandardCharsets.UTF_8);
    }
}
