package io.github.performer4j.cli.options;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.graph.NodeKernel;
import io.github.performer4j.data.read.DataConfig;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How data is read, where no model or preset says it. */
public final class DataOptions {
    @Option(
            names = "--tokens",
            paramLabel = "KIND",
            description =
                    "protein, character, byte, word, or a tokenizer.json (default: by the data); protein reads the FASTA files of a folder.")
    private String tokens;

    @Mixin
    private ColumnOptions columns;

    @Mixin
    private UnknownOption unknown;

    /**
     * Returns the configuration for data on its own.
     *
     * @param text kind of tokens that text is read by if the command line does not say
     */
    public DataConfig config(Path data, String text) throws IOException {
        // Kind and columns may need tokens of the other sort until the data has told its own.
        String kind = tokens;
        if (kind == null) {
            String seen = Corpus.detectTokens(
                    data, columns.apply(DataConfig.defaults().withTokens("character")));
            kind = seen.equals("character") ? text : seen;
        }
        DataConfig config = unknown.apply(columns.apply(DataConfig.defaults().withTokens(kind)));
        return kind.equals("byte") ? ofGraphs(data, config) : config;
    }

    /** Returns settings by which graphs are read whole, with the kernel that costs least; the same settings for other data. */
    private static DataConfig ofGraphs(Path data, DataConfig config) throws IOException {
        if (!Corpus.open(data, config, null).graphs()) {
            return config;
        }
        DataConfig graphs =
                config.withMaxTokens(Integer.MAX_VALUE).withGraph(config.graph().withKernel(NodeKernel.SELF.written()));
        return Corpus.open(data, graphs, null).nodesKnown().config();
    }
}
