package io.github.performer4j.cli.tune;

import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.tuning.search.Generator;
import io.github.performer4j.tuning.search.SearchSettings;
import io.github.performer4j.tuning.space.SearchSpace;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What is searched, and how candidates are chosen. */
final class GeneratorOptions {
    @Option(
            names = "--space",
            required = true,
            paramLabel = "S",
            description = "A JSON file of keys and their ranges (docs/tuning.md).")
    private Path space;

    @Option(
            names = "--generator",
            paramLabel = "G",
            description = "How candidates are chosen: tpe (a model of good and bad ones), random, genetic, or grid"
                    + " (default: tpe, of --hyperband random).")
    private Generator generator;

    @Option(names = "--trials", paramLabel = "N", description = "How many (a grid's default: all its points).")
    private Integer trials;

    @Option(
            names = "--halving",
            paramLabel = "E",
            description =
                    "Successive halving: all trials begin with a share of the steps, and the best 1/E of them go on to"
                            + " E times as many, again and again (default: none; 3 is usual).")
    private Integer halving;

    @Option(
            names = "--hyperband",
            paramLabel = "E",
            description =
                    "Hyperband: halving in brackets that begin with different shares of the steps, for trials that are late to"
                            + " show what they are worth (3 is usual).")
    private Integer hyperband;

    /**
     * Reads the space and puts the settings together.
     *
     * @param timed whether the search ends by the clock
     * @throws IllegalArgumentException naming the option, the file or the key at fault
     */
    SearchSettings settings(RunConfig base, long seed, boolean timed) throws IOException {
        if (trials != null && trials < 1) {
            throw new IllegalArgumentException("a search needs a trial; --trials=" + trials);
        }
        if (halving != null && halving < 2) {
            throw new IllegalArgumentException("halving must keep one of 2 or more trials; --halving=" + halving);
        }
        if (hyperband != null && halving != null) {
            throw new IllegalArgumentException("trials are halved in brackets or all together; --halving=" + halving
                    + ", --hyperband=" + hyperband);
        }
        if (hyperband != null && hyperband < 2) {
            throw new IllegalArgumentException("Hyperband must keep one of 2 or more trials; --hyperband=" + hyperband);
        }
        Generator chosen = generator != null ? generator : hyperband != null ? Generator.RANDOM : Generator.TPE;
        if (trials == null && !timed && chosen != Generator.GRID) {
            throw new IllegalArgumentException("a search ends by --trials, by --minutes, or by both");
        }
        int kept = hyperband != null ? hyperband : halving == null ? 0 : halving;
        return new SearchSettings(base, read(), chosen, seed, trials == null ? 0 : trials, kept, hyperband != null);
    }

    private SearchSpace read() throws IOException {
        if (!Files.isRegularFile(space)) {
            throw new NoSuchFileException(space.toString(), null, "there is no such file of a space");
        }
        try {
            return SearchSpace.fromJson(Files.readString(space));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(space + ": a space must be UTF-8", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(space + ": " + e.getMessage(), e);
        }
    }
}
