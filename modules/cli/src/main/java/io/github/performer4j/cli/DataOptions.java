package io.github.performer4j.cli;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.DataConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How data is read, where no model or preset says it. */
final class DataOptions {
    /** The kinds of tokens. */
    enum Tokens {
        PROTEIN,
        CHARACTER,
        BYTE
    }

    @Option(
            names = "--tokens",
            paramLabel = "KIND",
            description = "protein, character or byte (default: protein for FASTA, character for text).")
    private Tokens tokens;

    @Mixin
    private UnknownOption unknown;

    /** Returns the configuration for data on its own. */
    DataConfig config(Path data) throws IOException {
        Tokens natural = Corpus.detect(data).equals("protein") ? Tokens.PROTEIN : Tokens.CHARACTER;
        return config(tokens == null ? natural : tokens);
    }

    private DataConfig config(Tokens kind) {
        return unknown.apply(DataConfig.defaults().withTokens(kind.name().toLowerCase(Locale.ROOT)));
    }
}
