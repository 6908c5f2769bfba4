package io.github.performer4j.data;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.kernels.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jgrapht.alg.util.UnionFind;

/** Sums up graphs, one after the other. */
final class GraphDescriber {
    private final TreeMap<Long, Long> nodes = new TreeMap<>();
    private final TreeMap<Long, Long> edges = new TreeMap<>();
    private final TreeMap<Long, Long> components = new TreeMap<>();
    private final TreeMap<Long, Long> degrees = new TreeMap<>();
    private final Map<String, Long> kinds = new TreeMap<>();
    private final Map<String, Long> tags = new TreeMap<>();
    private int attributes;

    /** Reads all examples. */
    GraphSummary describe(Corpus corpus, List<LabelSummary> labels) throws IOException {
        List<String> notes;
        try (CorpusExamples examples = corpus.examples()) {
            for (Example example = examples.next(); example != null; example = examples.next()) {
                if (example.graph() == null) {
                    throw examples.fault("an example of graphs must have one; id=" + example.id());
                }
                add(example.graph());
            }
            notes = examples.notes();
        }
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("the data must hold a graph; path=" + corpus.path() + ", graphs=0");
        }
        return new GraphSummary(
                corpus.kind(),
                corpus.folder().files().stream().map(Path::toString).toList(),
                count(nodes),
                spread(nodes),
                spread(edges),
                spread(components),
                spread(degrees),
                sum(nodes),
                sum(edges),
                degrees.getOrDefault(0L, 0L),
                frequent(kinds),
                attributes,
                frequent(tags),
                labels,
                notes);
    }

    private void add(ExampleGraph example) {
        Graph graph = example.graph();
        nodes.merge((long) graph.nodes(), 1L, Long::sum);
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < graph.nodes(); i++) {
            all.add(i);
        }
        UnionFind<Integer> parts = new UnionFind<>(new HashSet<>(all));
        long[] degree = new long[graph.nodes()];
        long[] count = new long[1];
        graph.adjacency().forEach((i, j, weight) -> {
            parts.union(i, j);
            degree[i]++;
            count[0]++;
        });
        edges.merge(graph.symmetric() ? count[0] / 2 : count[0], 1L, Long::sum);
        components.merge((long) parts.numberOfSets(), 1L, Long::sum);
        for (long d : degree) {
            degrees.merge(d, 1L, Long::sum);
        }
        example.kinds().forEach(kind -> kinds.merge(kind, 1L, Long::sum));
        example.tags().stream().filter(tag -> !tag.isEmpty()).forEach(tag -> tags.merge(tag, 1L, Long::sum));
        attributes = example.attributeCount();
    }

    private static long count(TreeMap<Long, Long> values) {
        return values.values().stream().mapToLong(n -> n).sum();
    }

    private static long sum(TreeMap<Long, Long> values) {
        return values.entrySet().stream()
                .mapToLong(e -> e.getKey() * e.getValue())
                .sum();
    }

    private static GraphSummary.Spread spread(TreeMap<Long, Long> values) {
        long passed = 0;
        long median = values.lastKey();
        for (Map.Entry<Long, Long> value : values.entrySet()) {
            passed += value.getValue();
            if (2 * passed >= count(values)) {
                median = value.getKey();
                break;
            }
        }
        return new GraphSummary.Spread(
                values.firstKey(), median, (double) sum(values) / count(values), values.lastKey());
    }

    private static Map<String, Long> frequent(Map<String, Long> counts) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }
}
