package io.github.performer4j.data.graph;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder in the TU text format (C. Morris and others, <em>TUDataset</em>, arXiv 2007.08663): {@code NAME_A.txt}, an edge in each line as two node numbers from 1, and
 * {@code NAME_graph_indicator.txt}, the graph number of each node; where they are, {@code NAME_graph_labels.txt}, {@code NAME_node_labels.txt} and {@code NAME_node_attributes.txt}. Plain or
 * gzip ({@code .txt.gz}).
 *
 * <p>Graphs are undirected, edges weigh 1, and an edge may stand there once or each way. Loops and repetitions are left out and counted. Features of a node are its label, one-hot in the order
 * of all labels, and then its attributes; where there are neither, none. Labels and attributes of edges, and attributes of graphs, are passed over, and the notes say so.
 */
public final class TuFolder {
    private static final List<String> PASSED = List.of("edge_labels", "edge_attributes", "graph_attributes");

    private final Path folder;
    private final String name;

    private TuFolder(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /**
     * Reads a folder.
     *
     * @throws DataFileException naming file and line, if what it holds is not of the format: among others a node that is not there, an edge between two graphs, a graph without a label among
     *     labelled ones
     * @throws IOException if reading fails
     */
    public static GraphSet read(Path folder) throws IOException {
        InputFiles.requireExists(folder);
        if (!Files.isDirectory(folder)) {
            throw new DataFileException(folder.toString(), 0, "expected a folder in the TU format; found a file");
        }
        return new TuFolder(folder, name(folder)).read();
    }

    private static String name(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.matches(".*_A\\.txt(\\.gz)?"))
                    .sorted()
                    .toList();
            if (names.size() != 1) {
                throw new DataFileException(
                        folder.toString(),
                        0,
                        "a folder in the TU format must hold one file NAME_A.txt; found " + names);
            }
            return names.get(0).substring(0, names.get(0).lastIndexOf("_A.txt"));
        }
    }

    private Path file(String part) {
        Path plain = folder.resolve(name + "_" + part + ".txt");
        return Files.exists(plain) ? plain : folder.resolve(name + "_" + part + ".txt.gz");
    }

    private boolean has(String part) {
        return Files.exists(file(part));
    }

    private GraphSet read() throws IOException {
        int[] graphOf = graphs();
        int graphs = graphOf.length == 0 ? 0 : graphOf[graphOf.length - 1] + 1;
        if (graphs == 0) {
            throw new DataFileException(file("graph_indicator").toString(), 0, "there must be nodes; found none");
        }
        int[] begins = new int[graphs + 1];
        for (int graph : graphOf) {
            begins[graph + 1]++;
        }
        Arrays.parallelPrefix(begins, Integer::sum);
        List<String> labels = labels("graph_labels", graphs, "graph");
        List<String> nodeLabels = labels("node_labels", graphOf.length, "node");
        double[][] features = features(nodeLabels, graphOf.length);
        Edges[] edges = edges(graphOf, begins, graphs);
        Edges.Counts counts = new Edges.Counts();
        List<GraphExample> all = new ArrayList<>();
        for (int g = 0; g < graphs; g++) {
            int begin = begins[g];
            int end = begins[g + 1];
            all.add(new GraphExample(
                    Integer.toString(g + 1),
                    edges[g].graph(end - begin, counts),
                    Arrays.copyOfRange(features, begin, end),
                    nodeLabels.isEmpty() ? List.of() : nodeLabels.subList(begin, end),
                    labels.isEmpty() ? "" : labels.get(g)));
        }
        List<String> notes = new ArrayList<>();
        counts.notes().forEach(note -> notes.add(file("A") + ": " + note));
        PASSED.stream().filter(this::has).forEach(part -> notes.add(file(part) + ": is passed over"));
        return new GraphSet(all, notes);
    }

    /** Returns the number of each node's graph, from 0, rising by one at most. */
    private int[] graphs() throws IOException {
        List<Integer> all = new ArrayList<>();
        try (NumberRows rows = new NumberRows(file("graph_indicator"))) {
            while (rows.next()) {
                int last = all.isEmpty() ? -1 : all.get(all.size() - 1);
                all.add(rows.whole(0, Math.max(last + 1, 1), last + 2, "the graph of a node") - 1);
            }
        }
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    private List<String> labels(String part, int count, String what) throws IOException {
        if (!has(part)) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        try (NumberRows rows = new NumberRows(file(part))) {
            while (rows.next()) {
                if (rows.width() != 1) {
                    throw rows.fault("a line of labels must have one; found " + rows.width() + " fields", null);
                }
                if (rows.text(0).isEmpty()) {
                    throw rows.fault("a " + what + " must have a label; found none", null);
                }
                all.add(rows.text(0));
            }
        }
        requireCount(part, all.size(), count);
        return all;
    }

    private void requireCount(String part, int found, int wanted) throws DataFileException {
        if (found != wanted) {
            throw new DataFileException(
                    file(part).toString(), 0, "there must be a line for each; expected=" + wanted + ", found=" + found);
        }
    }

    private double[][] features(List<String> labels, int nodes) throws IOException {
        List<String> classes = List.copyOf(new TreeSet<>(labels));
        double[][] all = new double[nodes][classes.size()];
        for (int i = 0; i < labels.size(); i++) {
            all[i][classes.indexOf(labels.get(i))] = 1;
        }
        if (!has("node_attributes")) {
            return all;
        }
        int i = 0;
        try (NumberRows rows = new NumberRows(file("node_attributes"))) {
            for (; rows.next(); i++) {
                if (i < nodes) {
                    all[i] = Arrays.copyOf(all[i], classes.size() + rows.width());
                    for (int c = 0; c < rows.width(); c++) {
                        all[i][classes.size() + c] = rows.number(c, "an attribute");
                    }
                }
            }
        }
        requireCount("node_attributes", i, nodes);
        return all;
    }

    private Edges[] edges(int[] graphOf, int[] begins, int graphs) throws IOException {
        Edges[] all = new Edges[graphs];
        Arrays.setAll(all, g -> new Edges(false));
        try (NumberRows rows = new NumberRows(file("A"))) {
            while (rows.next()) {
                if (rows.width() != 2) {
                    throw rows.fault("an edge must be two node numbers; found " + rows.width() + " fields", null);
                }
                int from = rows.whole(0, 1, graphOf.length, "a node") - 1;
                int to = rows.whole(1, 1, graphOf.length, "a node") - 1;
                if (graphOf[from] != graphOf[to]) {
                    throw rows.fault(
                            "an edge must join nodes of one graph; found graphs " + (graphOf[from] + 1) + " and "
                                    + (graphOf[to] + 1),
                            null);
                }
                int begin = begins[graphOf[from]];
                all[graphOf[from]].add(from - begin, to - begin, 1, true);
            }
        }
        return all;
    }
}
