package io.github.performer4j.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.benchmarks.OffsetBench;
import io.github.performer4j.cli.action.Action;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer bench offsets}. */
@Command(
        name = "offsets",
        description = {
            "How the time of linear attention with a weight for each offset (positions=toeplitz) grows: over T log2 T, by Fourier transforms.",
            "One head on one thread, in this process, rounds interleaved. Bidirectional it is O(T log T), causal O(T log² T)."
        })
final class OffsetsCommand extends Action {
    @Option(names = "--tokens", split = ",", paramLabel = "T", description = "Lengths (default: ${DEFAULT-VALUE}).")
    private List<Integer> tokens = List.of(1024, 2048, 4096, 8192, 16_384, 32_768, 65_536);

    @Option(
            names = "--causal",
            split = ",",
            paramLabel = "true|false",
            description = "Directions (default: ${DEFAULT-VALUE}).")
    private List<Boolean> causal = List.of(false, true);

    @Option(names = "--features", paramLabel = "M", description = "Features (default: ${DEFAULT-VALUE}).")
    private int features = 8;

    @Option(names = "--head-size", paramLabel = "D", description = "Columns of values (default: ${DEFAULT-VALUE}).")
    private int headSize = 7;

    @Option(names = "--runs", paramLabel = "N", description = "Runs behind a median (default: ${DEFAULT-VALUE}).")
    private int runs = 5;

    @Override
    protected ObjectNode run() {
        OffsetBench bench = new OffsetBench(tokens, causal, features, headSize, runs, seed(1));
        return OffsetBench.json(bench.run(System::nanoTime, out()::println));
    }
}
