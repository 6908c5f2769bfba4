package io.github.performer4j.cli.options;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.DataConfig;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --side} and {@code --split-file}: one side of a split that is given. */
public final class SideOptions {
    @Option(
            names = "--side",
            paramLabel = "S",
            description =
                    "Only the examples that --split-file (or, in eval, --split-column) calls train, valid or test; default: all.")
    private String side;

    @Mixin
    private SplitFileOption file;

    /**
     * Returns the data settings with the table that the command line names.
     *
     * @param others key → option, for the options about columns that the command line names
     * @throws IllegalArgumentException if there is a table and no side to choose by it
     */
    public DataConfig apply(DataConfig data, Map<String, String> others) {
        if (file.given() && side == null) {
            throw new IllegalArgumentException(
                    "a table of sides is for choosing one: add --side train, valid or test; option=--split-file");
        }
        return file.apply(data, others);
    }

    /** Returns the side that is asked for, or all. */
    public Corpus of(Corpus all) throws IOException {
        return side == null ? all : all.side(side);
    }
}
