package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.kernels.graph.Graph;
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
 * Attention over graphs, its time and memory: {@link GraphNetWork} on our kernels, the same by matrices [N,N] ({@link DenseGraphWork}), and a plain Deeplearning4j net with as many parameters
 * ({@link PlainNetWork}), which sees no graph. All in this process, one after the other; the first decides what is right.
 *
 * @param nodes sizes N of graphs
 * @param degree arcs from each node, about
 * @param width E
 * @param heads H
 * @param features M
 * @param runs behind a median
 * @param seed of graphs, inputs and parameters
 */
public record GraphBench(List<Integer> nodes, int degree, int width, int heads, int features, int runs, long seed) {
    /** Matrices [N,N] that take more are not formed. */
    static final long DENSE_BYTES = 1L << 30;

    private static final double MS = 1e6;

    /** Checks sizes. */
    public GraphBench {
        nodes = List.copyOf(nodes);
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
            GraphNetWork kernels = new GraphNetWork(this, graph);
            INDArray expected = kernels.forward().dup();
            add(rows, measured("kernels", graph, () -> kernels, expected, clock), progress);
            long bytes = DenseGraphWork.bytes(n);
            add(
                    rows,
                    bytes > DENSE_BYTES
                            ? skipped("matrices [N,N]", graph, "needs about " + (bytes >> 20) + " MiB")
                            : measured(
                                    "matrices [N,N]",
                                    graph,
                                    () -> new DenseGraphWork(this, graph, kernels),
                                    expected,
                                    clock),
                    progress);
            add(rows, measured("plain net", graph, () -> new PlainNetWork(this, n), null, clock), progress);
        }
        return rows;
    }

    private static void add(List<GraphRow> rows, GraphRow row, Consumer<String> progress) {
        rows.add(row);
        progress.accept(row.line());
    }

    private static GraphRow skipped(String engine, Graph graph, String reason) {
        return new GraphRow(engine, graph.nodes(), graph.arcs(), null, null, null, null, null, reason);
    }

    private GraphRow measured(
            String engine, Graph graph, Supplier<GraphWork> made, INDArray expected, LongSupplier clock) {
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
