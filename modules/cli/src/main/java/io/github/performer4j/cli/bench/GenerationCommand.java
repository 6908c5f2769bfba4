package io.github.performer4j.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.benchmarks.GenerateBench;
import io.github.performer4j.benchmarks.GenerateRow;
import io.github.performer4j.checkpoint.Generated;
import io.github.performer4j.checkpoint.Generator;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.PrecisionOption;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.training.run.RunConfig;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer bench generate}. */
@Command(
        name = "generate",
        description = {
            "What a token costs behind so many others, on one thread: from the state, by computing the prefix again, and by performer-pytorch.",
            "Ratios are to the state at the same position, of the state to its first. A text is written as performer generate writes it.",
            "In this process, rounds interleaved; the preset text-character unless told."
        })
final class GenerationCommand extends Action {
    /** Symbols of texts: a line's end and printable ASCII. */
    private static final CharacterTokenizer ASCII = new CharacterTokenizer(
            IntStream.concat(IntStream.of('\n'), IntStream.range(' ', 127)).toArray());

    @Mixin
    private DrawnModel model;

    @Option(
            names = "--positions",
            split = ",",
            paramLabel = "T",
            description = "Tokens before those that are written (default: ${DEFAULT-VALUE}).")
    private List<Integer> positions = List.of(100, 256, 2048, 16_000);

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "Tokens written from a state, and of a text, in a round (default: ${DEFAULT-VALUE}).")
    private int tokens = 512;

    @Option(names = "--runs", paramLabel = "N", description = "Runs behind a median (default: ${DEFAULT-VALUE}).")
    private int runs = 9;

    @Mixin
    private PrecisionOption precision;

    @Override
    protected ObjectNode run() throws IOException {
        precision.apply();
        GenerateBench bench = new GenerateBench(positions, tokens, runs, seed(1));
        PerformerModel loaded = model.load(RunConfig.preset("text-character"), ASCII, seed(1));
        Generator generator = new Generator(loaded);
        List<GenerateRow> rows = bench.run(
                loaded.net(),
                loaded.info().model(),
                (count, seed) -> write(generator, count, seed),
                System::nanoTime,
                line -> {
                    err().println(line);
                    err().flush();
                });
        GenerateBench.table(rows).forEach(out()::println);
        return GenerateBench.json(rows);
    }

    /** Writes so many tokens, in several texts where the model ends one. */
    private static void write(Generator generator, int count, long seed) {
        int left = count;
        for (long text = 0; left > 0; text++) {
            Generated written = generator
                    .withSeed(seed + text)
                    .withMaxNew(left)
                    .generate("")
                    .get(0);
            left -= Math.max(1, written.tokens()); // the end is a token, too
        }
    }
}
