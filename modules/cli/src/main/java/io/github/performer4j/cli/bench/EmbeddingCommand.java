package io.github.performer4j.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.benchmarks.EmbedBench;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.training.run.RunConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer bench embed}. */
@Command(
        name = "embed",
        description = {
            "The vector of one long sequence, seen whole, beside those of its parts: time a token, and the process's memory.",
            "In this process, rounds interleaved; 6 layers of width 512 with selective decay and a convolution unless told."
        })
final class EmbeddingCommand extends Action {
    /** A protein model of any length, beside the preset protein-small. */
    private static final Map<String, String> LARGE = Map.of(
            "model.width", "512",
            "model.dropout", "0",
            "model.embedding.positions", "none",
            "model.attention.heads", "8",
            "model.attention.features", "256",
            "model.attention.decay", "selective",
            "model.attention.convolution", "5",
            "model.feedForward.hidden", "2048");

    @Mixin
    private DrawnModel model;

    @Option(
            names = "--tokens",
            paramLabel = "T",
            description = "Tokens of the long sequence (default: ${DEFAULT-VALUE}).")
    private int tokens = 35_000;

    @Option(
            names = "--parts",
            paramLabel = "N",
            description = "Parts that are as long together (default: ${DEFAULT-VALUE}).")
    private int parts = 70;

    @Option(names = "--runs", paramLabel = "N", description = "Runs behind a median (default: ${DEFAULT-VALUE}).")
    private int runs = 5;

    @Override
    protected ObjectNode run() throws IOException {
        EmbedBench bench = new EmbedBench(tokens, parts, runs, seed(1));
        RunConfig base = RunConfig.preset("protein-small").withOverrides(LARGE);
        PerformerModel loaded = model.load(base, new ProteinTokenizer(), seed(1));
        Models.requireNoSource(loaded, "bench embed");
        int frame = loaded.info().data().framing().frame(loaded.info().tokenizer(), new int[0]).length;
        boolean endless = loaded.info().reach() == Integer.MAX_VALUE;
        PerformerModel whole =
                loaded.withWindow(endless ? Integer.MAX_VALUE : Math.addExact(tokens, frame)); // or refuses
        Tokenizer tokenizer = whole.info().tokenizer();
        List<Integer> symbols = IntStream.range(0, tokenizer.size())
                .filter(id -> !tokenizer.special(id))
                .boxed()
                .toList();
        return EmbedBench.json(bench.run(whole::embed, symbols, System::nanoTime, out()::println));
    }
}
