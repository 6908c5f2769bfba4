package io.github.performer4j.cli.data;

import io.github.performer4j.data.made.MadeSummary;
import io.github.performer4j.data.made.SecondaryStructure;
import io.github.performer4j.data.made.Sides;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer data make structure --out F}. */
@Command(
        name = "structure",
        description = {
            "Made-up proteins with a tag for each residue, H, E or C, by a known rule of nine residues.",
            "Train with --preset protein-tag --label-column label --split-column split."
        })
final class MakeStructureCommand extends MakeCommand.Maker {
    private static final SecondaryStructure DEFAULTS = SecondaryStructure.defaults(1);

    @Option(names = "--train", paramLabel = "N", description = "Sequences to train on (default: ${DEFAULT-VALUE}).")
    private int train = 4_000;

    @Option(names = "--valid", paramLabel = "N", description = "Sequences to validate on (default: ${DEFAULT-VALUE}).")
    private int valid = 400;

    @Option(names = "--test", paramLabel = "N", description = "Sequences to test on (default: ${DEFAULT-VALUE}).")
    private int test = 400;

    @Option(names = "--min-length", paramLabel = "N", description = "Least residues (default: ${DEFAULT-VALUE}).")
    private int minLength = DEFAULTS.minLength();

    @Option(names = "--max-length", paramLabel = "N", description = "Most residues (default: ${DEFAULT-VALUE}).")
    private int maxLength = DEFAULTS.maxLength();

    @Override
    protected MadeSummary make(Path file) throws IOException {
        return new SecondaryStructure(seed(1), minLength, maxLength).write(file, new Sides(train, valid, test));
    }
}
