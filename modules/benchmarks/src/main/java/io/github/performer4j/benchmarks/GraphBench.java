package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Attention over graphs, its time and memory: {@link GraphNetWork} on our kernels, the same by matrices [N,N] ({@link DenseGraphWork}) for each mask, and a plain Deeplearning4j net with as many parameters
 * ({@link PlainNetWork}), which sees no graph. All in this process, one after the other; the first decides what is right.
 *
 * @param nodes sizes N of graphs
 * @param masks what attention is masked by
 * @param degree arcs from each node, about
 * @param width E
 * @param heads H
 * @param features M
 * @param runs behind a median
 * @param seed of graphs, inputs and parameters
 */
public record GraphBench(
        List<Integer> nodes,
        List<GraphMasks> masks,
        int degree,
        int width,
        int heads,
        int features,
        int runs,
        long seed) {
    /** Matrices [N,N] that take more are not formed. */
    static final long DENSE_BYTES = 1L << 30;

    private static final double MS = 1e6;

    /** Checks sizes. */
    public GraphBench {
        nodes = List.copyOf(nodes);
        masks = List.copyOf(masks);
        Rule.that(!masks.isEmpty(), "there must be masks; masks=" + masks);
        Rule.that(
                nodes.stream().allMatch(n -> n >= 2 && n <= 1 << 22) && !nodes.isEmpty(),
                "nodes must be from 2 to " + (1 << 22) + "; nodes=" + nodes);
        Rule.that(degree >= 2 && degree <= 1000, "degree must be from 2 to 1000; degree=" + degree);
        Rule.that(
                heads >= 1 && width >= 1 && width <= 1 << 14 && width % heads == 0,
                "heads must divide width; width=" + width + ", heads=" + heads);
        Rule.that(features >= 1 && features <= 1 << 14, "features must be from 1 to 16384; features=" + features);
        Rule.that(runs >= 1 && runs <= 1000, "runs must be from 1 to 1000; runs=" + runs);
    }

    /** What is measured. */
    interface GraphWork {
        /** Computes outputs, [N,E]. */
        INDArray forward();

        /** Computes outputs and all gradients. */
        void both();
    }

    /**
     * Measures.
     *
     * @param clock nanoseconds
     * @param progress hears of each line as it is known
     */
    public List<GraphRow> run(LongSupplier clock, Consumer<String> progress) {
        List<GraphRow> rows = new ArrayList<>();
        progress.accept(GraphRow.HEADER);
        for (int n : nodes) {
            Graph graph = graph(n);
            masks.forEach(mask -> compare(mask, graph, clock, row -> add(rows, row, progress)));
            add(rows, measured("plain net", null, graph, () -> new PlainNetWork(this, n), null, clock), progress);
        }
        return rows;
    }

    private void compare(GraphMasks mask, Graph graph, LongSupplier clock, Consumer<GraphRow> rows) {
        GraphFactor factor = mask.draw(graph, seed);
        GraphNetWork kernels = new GraphNetWork(this, factor);
        INDArray expected = kernels.forward().dup();
        rows.accept(measured("kernels", mask, graph, () -> kernels, expected, clock));
        long bytes = DenseGraphWork.bytes(graph.nodes());
        String dense = "matrices [N,N]";
        rows.accept(
                bytes > DENSE_BYTES
                        ? skipped(dense, mask, graph, "needs about " + (bytes >> 20) + " MiB")
                        : measured(
                                dense, mask, graph, () -> new DenseGraphWork(this, factor, kernels), expected, clock));
    }

    private static void add(List<GraphRow> rows, GraphRow row, Consumer<String> progress) {
        rows.add(row);
        progress.accept(row.line());
    }

    private static GraphRow skipped(String engine, GraphMasks mask, Graph graph, String reason) {
        return new GraphRow(engine, mask, graph.nodes(), graph.arcs(), null, null, null, null, null, reason);
    }

    private GraphRow measured(
            String engine,
            GraphMasks mask,
            Graph graph,
            Supplier<GraphWork> made,
            INDArray expected,
            LongSupplier clock) {
        System.gc(); // so that what others left is not counted
        Long before = ProcessMemory.restart();
        GraphWork work = made.get();
        INDArray out = work.forward();
        Double difference =
                expected == null ? null : expected.sub(out).amaxNumber().doubleValue();
        work.both();
        double forward = median(clock, work::forward);
        double both = median(clock, work::both);
        Long peak = ProcessMemory.peak();
        return new GraphRow(
                engine,
                mask,
                graph.nodes(),
                graph.arcs(),
                forward,
                both,
                expected == null || graph.arcs() == 0 ? null : both * MS / ((double) graph.arcs() * features * heads),
                before == null || peak == null ? null : peak - before,
                difference,
                null);
    }

    private double median(LongSupplier clock, Runnable work) {
        List<Double> times = new ArrayList<>();
        for (int r = 0; r < runs; r++) {
            long begin = clock.getAsLong();
            work.run();
            times.add((clock.getAsLong() - begin) / MS);
        }
        return Timing.median(times);
    }

    /** Returns a graph in which each node chooses degree/2 others. */
    private Graph graph(int n) {
        Graph.Builder graph = new Graph.Builder(n);
        Set<Long> seen = new HashSet<>();
        CounterRandom random = CounterRandom.of(seed, n);
        for (int i = 0; i < n; i++) {
            for (int e = 0; e < degree / 2; e++) {
                int j = random.nextInt(n);
                if (i != j && seen.add((long) Math.min(i, j) * n + Math.max(i, j))) {
                    graph.edge(i, j);
                }
            }
        }
        return graph.build();
    }

    /** Returns rows as JSON for programs, with the machine that they were measured on. */
    public static ObjectNode json(List<GraphRow> rows) {
        return Machine.here().json(rows.stream().map(GraphRow::json).toList());
    }
}
