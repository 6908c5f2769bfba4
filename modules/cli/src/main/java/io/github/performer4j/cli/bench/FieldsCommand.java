package io.github.performer4j.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.benchmarks.FieldBench;
import io.github.performer4j.cli.action.Action;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer bench fields}. */
@Command(
        name = "fields",
        description = "Integrators of fields over a mesh, their error and time beside brute force: RFD and SF.")
final class FieldsCommand extends Action {
    @Option(names = "--vertices", paramLabel = "N", description = "Vertices, about (default: ${DEFAULT-VALUE}).")
    private int vertices = 10_000;

    @Option(
            names = "--frequencies",
            split = ",",
            paramLabel = "M",
            description = "Frequencies of RFD (default: ${DEFAULT-VALUE}).")
    private List<Integer> frequencies = List.of(64, 256, 1024);

    @Option(
            names = "--rows",
            paramLabel = "N",
            description =
                    "Vertices at which brute force sums, and errors are taken; all if there are fewer (default: ${DEFAULT-VALUE}).")
    private int rows = 1000;

    @Option(names = "--runs", paramLabel = "N", description = "Runs behind a median (default: ${DEFAULT-VALUE}).")
    private int runs = 3;

    @Override
    protected ObjectNode run() {
        FieldBench bench = new FieldBench(vertices, frequencies, rows, runs, seed(1));
        return FieldBench.json(bench.run(System::nanoTime, out()::println));
    }
}
