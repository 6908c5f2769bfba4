package io.github.performer4j.data.graph;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes graphs as a folder that {@link TuFolder} reads: features of nodes as attributes, labels of graphs, and labels of nodes where they have some. Weights of edges are not written. */
public final class TuWriter {
    private TuWriter() {}

    /**
     * Writes a folder.
     *
     * @param folder new or empty; it is made
     * @param name that the files begin with
     * @throws DataFileException if the folder holds something, or graphs have weights, which the format has no place for
     * @throws IOException if writing fails
     */
    public static void write(Path folder, String name, List<GraphExample> graphs) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> inside = Files.isDirectory(folder) ? Files.list(folder) : Stream.of(folder)) {
                if (inside.findAny().isPresent()) {
                    throw new DataFileException(
                            folder.toString(), 0, "the output must be a new or empty folder; found one that is not");
                }
            }
        }
        List<String> edges = new ArrayList<>();
        List<String> indicator = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        List<String> nodeLabels = new ArrayList<>();
        List<String> attributes = new ArrayList<>();
        int first = 1;
        for (int g = 0; g < graphs.size(); g++) {
            GraphExample graph = graphs.get(g);
            int begin = first;
            graph.graph().adjacency().forEach((i, j, weight) -> edges.add((begin + i) + ", " + (begin + j)));
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
        if (labels.stream().noneMatch(String::isEmpty)) {
            put(folder, name + "_graph_labels", labels);
        }
        if (!nodeLabels.isEmpty()) {
            put(folder, name + "_node_labels", nodeLabels);
        }
        if (graphs.get(0).featureCount() > 0) {
            put(folder, name + "_node_attributes", attributes);
        }
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
