package io.github.performer4j.cli.data;

import io.github.performer4j.data.made.ListOps;
import io.github.performer4j.data.made.MadeSummary;
import io.github.performer4j.data.made.Sides;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer data make listops --out F}. */
@Command(
        name = "listops",
        description = {
            "ListOps: nested expressions such as [MAX 2 9 [MIN 4 7 ] 0 ] and their values, by the rule of the Long Range Arena.",
            "Train with --preset listops; its rows hold 510 symbols, so give --min-length and --max-length for them."
        })
final class MakeListOpsCommand extends MakeCommand.Maker {
    @Option(names = "--train", paramLabel = "N", description = "Examples to train on (default: ${DEFAULT-VALUE}).")
    private int train = 96_000;

    @Option(names = "--valid", paramLabel = "N", description = "Examples to validate on (default: ${DEFAULT-VALUE}).")
    private int valid = 2_000;

    @Option(names = "--test", paramLabel = "N", description = "Examples to test on (default: ${DEFAULT-VALUE}).")
    private int test = 2_000;

    @Option(names = "--min-length", paramLabel = "N", description = "Least symbols (default: ${DEFAULT-VALUE}).")
    private int minLength = ListOps.longRangeArena(0).minLength();

    @Option(names = "--max-length", paramLabel = "N", description = "Most symbols (default: ${DEFAULT-VALUE}).")
    private int maxLength = ListOps.longRangeArena(0).maxLength();

    @Option(names = "--max-depth", paramLabel = "N", description = "Levels of a tree (default: ${DEFAULT-VALUE}).")
    private int maxDepth = ListOps.longRangeArena(0).maxDepth();

    @Option(
            names = "--max-arguments",
            paramLabel = "N",
            description = "Most arguments of an operation (default: ${DEFAULT-VALUE}).")
    private int maxArguments = ListOps.longRangeArena(0).maxArguments();

    @Override
    protected MadeSummary make(Path file) throws IOException {
        return new ListOps(seed(1), minLength, maxLength, maxDepth, maxArguments)
                .write(file, new Sides(train, valid, test));
    }
}
