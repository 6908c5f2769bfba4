package io.github.performer4j.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.benchmarks.GraphBench;
import io.github.performer4j.benchmarks.GraphMasks;
import io.github.performer4j.cli.action.Action;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer bench graphs}. */
@Command(
        name = "graphs",
        description = {
            "Attention over graphs, its time and memory: on kernels, by matrices [N,N], and a plain net of the same size.",
            "In this process, one after the other; one graph of each size, masked by its adjacency and by graph random features."
        })
final class GraphsCommand extends Action {
    @Option(
            names = "--nodes",
            split = ",",
            paramLabel = "N",
            description = "Sizes of graphs (default: ${DEFAULT-VALUE}).")
    private List<Integer> nodes = List.of(1000, 10_000, 100_000);

    @Option(
            names = "--masks",
            split = ",",
            paramLabel = "MASK",
            description = "What attention is masked by: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private List<GraphMasks> masks = List.of(GraphMasks.values());

    @Option(names = "--degree", paramLabel = "D", description = "Arcs from each node (default: ${DEFAULT-VALUE}).")
    private int degree = 6;

    @Option(names = "--width", paramLabel = "E", description = "Width, heads × head size (default: ${DEFAULT-VALUE}).")
    private int width = 64;

    @Option(names = "--heads", paramLabel = "H", description = "Heads (default: ${DEFAULT-VALUE}).")
    private int heads = 4;

    @Option(names = "--features", paramLabel = "M", description = "Features (default: ${DEFAULT-VALUE}).")
    private int features = 32;

    @Option(names = "--runs", paramLabel = "N", description = "Runs behind a median (default: ${DEFAULT-VALUE}).")
    private int runs = 3;

    @Override
    protected ObjectNode run() {
        GraphBench bench = new GraphBench(nodes, masks, degree, width, heads, features, runs, seed(1));
        return GraphBench.json(bench.run(System::nanoTime, out()::println));
    }
}
