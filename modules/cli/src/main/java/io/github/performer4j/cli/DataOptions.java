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
        BYTE,
        WORD
    }

    @Option(
            names = "--tokens",
            paramLabel = "KIND",
            description =
                    "protein, character, byte or word: protein reads the FASTA files of a folder, the others its .txt (default: protein for FASTA).")
    private Tokens tokens;

    @Mixin
    private UnknownOption unknown;

    /**
     * Returns the configuration for data on its own.
     *
     * @param text kind of tokens that text is read by if the command line does not say
     */
    DataConfig config(Path data, Tokens text) throws IOException {
        Tokens kind = tokens;
        if (kind == null) { // only then do the files decide, and must be of one kind
            kind = Corpus.detect(data).equals("protein") ? Tokens.PROTEIN : text;
        }
        return unknown.apply(DataConfig.defaults().withTokens(kind.name().toLowerCase(Locale.ROOT)));
    }
}
