package io.github.performer4j.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.benchmarks.PositionBench;
import io.github.performer4j.benchmarks.PositionScheme;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.core.feature.FeatureMap;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer bench positions}. */
@Command(
        name = "positions",
        description = {
            "What positions cost: one block with each scheme, forward and with all gradients, beside one that knows no places.",
            "In this process, rounds interleaved; features are those of --map, of fourier and prefix positive ones."
        })
final class PositionsCommand extends Action {
    @Option(
            names = "--schemes",
            split = ",",
            paramLabel = "S",
            description =
                    "Beside plain: ${COMPLETION-CANDIDATES} (default: all but offsets and grid, which go by Fourier transforms and take minutes).")
    private List<PositionScheme> schemes =
            Stream.of(PositionScheme.values()).filter(one -> !one.transforms()).toList();

    @Option(names = "--tokens", split = ",", paramLabel = "T", description = "Lengths (default: ${DEFAULT-VALUE}).")
    private List<Integer> tokens = List.of(1024, 16_384);

    @Option(
            names = "--batch-tokens",
            paramLabel = "N",
            description = "Tokens of a batch, one sequence at least (default: ${DEFAULT-VALUE}).")
    private int batchTokens = 4096;

    @Option(
            names = "--causal",
            split = ",",
            paramLabel = "true|false",
            description = "Directions (default: ${DEFAULT-VALUE}).")
    private List<Boolean> causal = List.of(true, false);

    @Option(names = "--width", paramLabel = "E", description = "Width, heads × head size (default: ${DEFAULT-VALUE}).")
    private int width = 256;

    @Option(names = "--heads", paramLabel = "H", description = "Heads (default: ${DEFAULT-VALUE}).")
    private int heads = 4;

    @Option(
            names = "--map",
            paramLabel = "MAP",
            description =
                    "Feature map of all but fourier and prefix, which have positive features (default: ${DEFAULT-VALUE}).")
    private String map = "relu";

    @Option(names = "--features", paramLabel = "M", description = "Features (default: ${DEFAULT-VALUE}).")
    private int features = 64;

    @Option(names = "--runs", paramLabel = "N", description = "Runs behind a median (default: ${DEFAULT-VALUE}).")
    private int runs = 9;

    @Override
    protected ObjectNode run() {
        PositionBench bench = new PositionBench(
                withPlain(), tokens, batchTokens, causal, width, heads, FeatureMap.named(map), features, runs, seed(1));
        return PositionBench.json(bench.run(System::nanoTime, out()::println));
    }

    private List<PositionScheme> withPlain() {
        return List.of(PositionScheme.values()).stream()
                .filter(one -> one == PositionScheme.PLAIN || schemes.contains(one))
                .toList();
    }
}
