package io.github.performer4j.cli.options;

import io.github.performer4j.data.read.DataConfig;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --on-unknown}: what to do with letters, words or tokens outside the vocabulary. */
public final class UnknownOption {
    /** The policies. */
    enum Policy {
        ERROR,
        MASK
    }

    @Option(
            names = "--on-unknown",
            paramLabel = "POLICY",
            description =
                    "A letter, word or token outside the vocabulary: mask counts it and goes on, error stops (default: mask).")
    private Policy policy;

    /** Returns the configuration with what the command line says otherwise. */
    public DataConfig apply(DataConfig config) {
        return policy == null ? config : config.withOnUnknown(policy.name().toLowerCase(Locale.ROOT));
    }

    /** Returns whether the command line names a policy. */
    public boolean given() {
        return policy != null;
    }
}
