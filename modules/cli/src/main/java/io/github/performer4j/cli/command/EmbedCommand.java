package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.ModelAndData;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.options.WindowOption;
import io.github.performer4j.cli.show.Accounting;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code performer embed}: vectors for sequences, tab-separated.
 *
 * <pre>
 * mean  id  d0 … d(E−1)              one line a document
 * none  id  position  token  d0 …    one line a token, positions from 1
 * </pre>
 */
@Command(
        name = "embed",
        description = {
            "Write a vector for every sequence (or every token): the final hidden states.",
            "Sequences longer than the model's window are cut into windows of near-equal length; the mean is over all tokens.",
            "Of a model that learnt pairs: the vectors of length 1 that it compares, of texts that fit its window."
        })
public final class EmbedCommand extends Action {
    /** What becomes of a sequence's token vectors. */
    enum Pool {
        MEAN,
        NONE
    }

    @Mixin
    private ModelAndData input;

    @Mixin
    private WindowOption window;

    @Option(names = "--out", required = true, paramLabel = "F.tsv", description = "A new file to write.")
    private Path out;

    @Option(
            names = "--pool",
            paramLabel = "P",
            description = "mean: a vector for each sequence; none: for each token (default: mean).")
    private Pool pool = Pool.MEAN;

    @Override
    protected ObjectNode run() throws IOException {
        requireNew("--out", out);
        PerformerModel loaded = window.of(input.load());
        Models.requireNoSource(loaded, "embed");
        Corpus corpus = input.vectors(loaded);
        Unknowns.report(corpus, err()); // reads all: what cannot be read is told before anything is written
        Accounting accounting = new Accounting(corpus, 1);
        Path temporary = out.resolveSibling(out.getFileName() + ".tmp");
        long documents = 0;
        long tokens = 0;
        try {
            try (DocumentStream stream = corpus.stream();
                    BufferedWriter tsv = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
                tsv.write(header(loaded.info().model().width()));
                DocumentVectors means =
                        new DocumentVectors(loaded.embedder(), (document, vector) -> writeMean(tsv, document, vector));
                for (Document document = stream.next(); document != null; document = stream.next()) {
                    accounting.add(
                            document,
                            document.graph() == null
                                    && document.tokens().length > 0
                                    && loaded.windows(document.tokens()) > 1);
                    if (document.length() > 0) {
                        if (pool == Pool.MEAN) {
                            means.add(document);
                        } else {
                            writeTokens(tsv, loaded, document);
                        }
                        documents++;
                        tokens += document.length();
                    }
                }
                means.flush();
            }
            Files.move(temporary, out);
        } finally {
            Files.deleteIfExists(temporary);
        }
        accounting.report(input.data(), err());
        err().println(Figures.count(documents)
                + (corpus.graphs() ? " graphs, " : " sequences, ")
                + Figures.count(tokens)
                + (corpus.graphs() ? " nodes -> " : " tokens -> ")
                + out);
        ObjectNode results = object().put("out", out.toString())
                .put("sequences", documents)
                .put("tokens", tokens)
                .put("width", loaded.info().model().width());
        results.set("input", accounting.json(corpus.unknown()));
        return results;
    }

    private String header(int width) {
        String dimensions = IntStream.range(0, width).mapToObj(e -> "\td" + e).collect(Collectors.joining());
        return (pool == Pool.MEAN ? "id" : "id\tposition\ttoken") + dimensions + "\n";
    }

    /** Writes the vector of a document; a text of more than 2^20 tokens comes in stretches, each with a line of its own. */
    private static void writeMean(BufferedWriter tsv, Document document, float... mean) throws IOException {
        String stretch = document.start() > 0 ? "@" + document.start() : "";
        tsv.write(document.id() + stretch + vector(mean));
    }

    private static void writeTokens(BufferedWriter tsv, PerformerModel loaded, Document document) throws IOException {
        float[][] vectors =
                document.graph() != null ? loaded.embedNodes(document.graph()) : loaded.embedTokens(document.tokens());
        for (int t = 0; t < vectors.length; t++) {
            String symbol = symbol(loaded, document, t);
            tsv.write(document.id() + "\t" + (document.start() + t + 1) + "\t" + symbol + vector(vectors[t]));
        }
    }

    /** Returns how a token is written; patches and nodes, which are none, are all called so. */
    private static String symbol(PerformerModel loaded, Document document, int t) {
        return loaded.info().data().readsFloats()
                ? document.graph() == null ? "patch" : "node"
                : loaded.info()
                        .tokenizer()
                        .symbol(document.tokens()[t])
                        .replace("\t", "\\t")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r");
    }

    private static String vector(float... values) {
        StringBuilder line = new StringBuilder(values.length * 10);
        for (float value : values) {
            line.append('\t').append(String.format(Locale.ROOT, "%.6g", value));
        }
        return line.append('\n').toString();
    }
}
