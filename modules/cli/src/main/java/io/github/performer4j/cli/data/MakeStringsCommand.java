package io.github.performer4j.cli.data;

import io.github.performer4j.data.made.MadeSummary;
import io.github.performer4j.data.made.Sides;
import io.github.performer4j.data.made.StringPairs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer data make strings --rule reverse --out F}. */
@Command(
        name = "strings",
        description = {
            "Sources and targets by a known rule: strings of letters, and the same read backwards (--rule reverse), or with their letters in order (--rule sort).",
            "Train with --preset text-translate. The lengths of the sources are counted."
        })
final class MakeStringsCommand extends MakeCommand.Maker {
    @Option(names = "--rule", paramLabel = "R", description = "reverse or sort (default: ${DEFAULT-VALUE}).")
    private String rule = "reverse";

    @Option(names = "--train", paramLabel = "N", description = "Pairs to train on (default: ${DEFAULT-VALUE}).")
    private int train = 20_000;

    @Option(names = "--valid", paramLabel = "N", description = "Pairs to validate on (default: ${DEFAULT-VALUE}).")
    private int valid = 500;

    @Option(names = "--test", paramLabel = "N", description = "Pairs to test on (default: ${DEFAULT-VALUE}).")
    private int test = 500;

    @Option(names = "--symbols", paramLabel = "N", description = "Letters, at most 26 (default: ${DEFAULT-VALUE}).")
    private int symbols = 10;

    @Option(names = "--min-length", paramLabel = "N", description = "Least letters (default: ${DEFAULT-VALUE}).")
    private int minLength = 4;

    @Option(names = "--max-length", paramLabel = "N", description = "Most letters (default: ${DEFAULT-VALUE}).")
    private int maxLength = 12;

    @Override
    protected MadeSummary make(Path file) throws IOException {
        return new StringPairs(rule(), seed(1), symbols, minLength, maxLength)
                .write(file, new Sides(train, valid, test));
    }

    private StringPairs.Rule rule() {
        for (StringPairs.Rule known : StringPairs.Rule.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(rule.toLowerCase(Locale.ROOT))) {
                return known;
            }
        }
        throw new IllegalArgumentException("--rule must be reverse or sort; --rule=" + rule);
    }
}
