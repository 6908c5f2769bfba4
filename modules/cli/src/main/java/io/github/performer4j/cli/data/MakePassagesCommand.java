package io.github.performer4j.cli.data;

import io.github.performer4j.data.made.MadeSummary;
import io.github.performer4j.data.made.Passages;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code performer data make passages D --out F}. */
@Command(
        name = "passages",
        description = {
            "Passages of texts with the name of their file as label.",
            "Blocks of passages are held out; where sides meet, one passage is on neither, counted as side none."
        })
final class MakePassagesCommand extends MakeCommand.Maker {
    private static final Passages DEFAULTS = Passages.defaults(1);

    @Parameters(paramLabel = "D", description = "A folder of texts: .txt, plain or gzip.")
    private Path texts;

    @Option(names = "--length", paramLabel = "N", description = "Characters of a passage (default: ${DEFAULT-VALUE}).")
    private int length = DEFAULTS.length();

    @Option(names = "--block", paramLabel = "N", description = "Passages of a block (default: ${DEFAULT-VALUE}).")
    private int block = DEFAULTS.block();

    @Option(
            names = "--valid-fraction",
            paramLabel = "X",
            description = "Share of the blocks to validate on (default: ${DEFAULT-VALUE}).")
    private double valid = DEFAULTS.valid();

    @Option(
            names = "--test-fraction",
            paramLabel = "X",
            description = "Share of the blocks to test on (default: ${DEFAULT-VALUE}).")
    private double test = DEFAULTS.test();

    @Override
    protected MadeSummary make(Path file) throws IOException {
        return new Passages(seed(1), length, block, valid, test).write(texts, file);
    }
}
