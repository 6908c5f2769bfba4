package io.github.performer4j.cli;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.DataConfig;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How data is read, where no model or preset says it. */
final class DataOptions {
    @Option(
            names = "--tokens",
            paramLabel = "KIND",
            description = "protein, character or byte (default: protein for FASTA, character for text).")
    private String tokens;

    @Option(
            names = "--on-unknown",
            paramLabel = "POLICY",
            description = "A letter outside the vocabulary: mask counts it and goes on, error stops (default: mask).")
    private String onUnknown;

    /** The configuration for data on its own. */
    DataConfig standalone(Path data) throws IOException {
        String format = Corpus.detect(data);
        String kind = tokens != null ? tokens : format.equals("protein") ? "protein" : "character";
        return overriding(DataConfig.defaults().withFormat(format.equals("protein") == kind.equals("protein") ? format : "auto")
                .withTokens(kind));
    }

    /** A model's or preset's configuration, with what the command line says otherwise. */
    DataConfig overriding(DataConfig config) {
        return onUnknown == null ? config : config.withOnUnknown(onUnknown);
    }
}
