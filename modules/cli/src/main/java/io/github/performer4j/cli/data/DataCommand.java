package io.github.performer4j.cli.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.Version;
import io.github.performer4j.cli.options.DataOptions;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusSummary;
import io.github.performer4j.data.GraphSummary;
import io.github.performer4j.data.LabelSummary;
import io.github.performer4j.data.SplitFiles;
import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.split.SplitReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code performer data}: look at data, split it without near-copies on both sides, and make some. */
@Command(
        name = "data",
        description = {
            "Look at data; split it; make some.",
            "A folder stands for its .fasta .fa .faa .fas files or, for text, its .txt files (.gz may follow), at any depth; hidden names, other"
                    + " endings and the runs and splits in it are left out. So in every command."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {DataCommand.Describe.class, DataCommand.Split.class, MakeCommand.class})
public final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed: describe, split or make");
    }

    /** {@code performer data describe D}. */
    @Command(
            name = "describe",
            description = "Count sequences, tokens, lengths, symbols, duplicates; entropies in nats. Of graphs:"
                    + " nodes, edges, components, degrees, isolated nodes, kinds, tags.")
    static final class Describe extends Action {
        @Parameters(
                paramLabel = "D",
                description = "A file or folder: FASTA, text, a table, JSON lines, images, graphs; plain or gzip.")
        private Path data;

        private static final int SHOWN = 30;

        @Mixin
        private DataOptions options;

        @Override
        protected ObjectNode run() throws IOException {
            Corpus corpus = Corpus.open(data, options.config(data, "character"), null);
            if (corpus.graphs()) {
                return graphs(corpus.describeGraphs());
            }
            CorpusSummary summary = corpus.describe();
            Unknowns.notes(summary.notes(), err());
            line("kind", summary.kind() + ", " + summary.files().size() + " file(s)");
            line("documents", Figures.count(summary.documents()));
            line("tokens", Figures.count(summary.tokens()));
            line(
                    "length",
                    "min " + summary.minLength() + ", median " + summary.medianLength() + ", mean "
                            + String.format(Locale.ROOT, "%.1f", summary.meanLength()) + ", max "
                            + summary.maxLength());
            line(
                    "quantiles",
                    summary.lengthQuantiles().entrySet().stream()
                            .map(q -> q.getKey() + ": " + q.getValue())
                            .collect(Collectors.joining(", ")));
            summary.labels().forEach(this::labels);
            line("duplicates", Figures.count(summary.exactDuplicates()) + " equal to an earlier one");
            line("dropped", Figures.count(summary.dropped()) + " of fewer than two tokens");
            line("symbols", symbols(summary.symbols()));
            line("unknown", summary.unknown().isEmpty() ? "none" : symbols(summary.unknown()));
            line(
                    "entropy",
                    String.format(
                            Locale.ROOT,
                            "order 0: %.4f, order 1: %.4f nats per token",
                            summary.entropyOrder0(),
                            summary.entropyOrder1()));
            return summary.toJson();
        }

        private ObjectNode graphs(GraphSummary summary) {
            Unknowns.notes(summary.notes(), err());
            line("kind", summary.kind() + ", " + summary.files().size() + " file(s)");
            line("graphs", Figures.count(summary.graphs()));
            line("nodes", Figures.count(summary.allNodes()) + "; of a graph: " + spread(summary.nodes()));
            line("edges", Figures.count(summary.allEdges()) + "; of a graph: " + spread(summary.edges()));
            line("components", spread(summary.components()));
            line("degree", spread(summary.degree()));
            line("isolated", Figures.count(summary.isolated()) + " nodes without an edge");
            line("kinds", summary.kinds().isEmpty() ? "none" : symbols(summary.kinds()));
            line("attributes", summary.attributes() + " of each node");
            line("tags", summary.tags().isEmpty() ? "none" : symbols(summary.tags()));
            summary.labels().forEach(this::labels);
            return summary.toJson();
        }

        private static String spread(GraphSummary.Spread of) {
            return "min " + of.least() + ", median " + of.median() + ", mean "
                    + String.format(Locale.ROOT, "%.1f", of.mean()) + ", max " + of.largest();
        }

        private void labels(LabelSummary labels) {
            String values = labels.different() > LabelSummary.MOST
                    ? "more than " + LabelSummary.MOST + " different"
                    : labels.different() + " different: "
                            + labels.values().entrySet().stream()
                                    .limit(SHOWN)
                                    .map(value ->
                                            Printable.line(value.getKey()) + " " + Figures.count(value.getValue()))
                                    .collect(Collectors.joining(", "))
                            + (labels.different() > SHOWN ? ", …" : "");
            if (labels.numbers() != null && labels.different() > SHOWN) {
                values = String.format(
                        Locale.ROOT,
                        "numbers, least %.4g, mean %.4g, largest %.4g",
                        labels.numbers().get("least"),
                        labels.numbers().get("mean"),
                        labels.numbers().get("largest"));
            }
            line("label", labels.column() + ": " + Figures.count(labels.labelled()) + " labelled, " + values);
        }

        private void line(String name, String value) {
            out().printf(Locale.ROOT, "%-12s %s%n", name, value);
        }

        private static String symbols(Map<String, Long> symbols) {
            long total = symbols.values().stream().mapToLong(Long::longValue).sum();
            String shown = symbols.entrySet().stream()
                    .limit(SHOWN)
                    .map(symbol -> String.format(
                            Locale.ROOT, "%s %.2f%%", quoted(symbol.getKey()), 100.0 * symbol.getValue() / total))
                    .collect(Collectors.joining("  "));
            return symbols.size() <= SHOWN ? shown : shown + "  … " + (symbols.size() - SHOWN) + " more";
        }

        /** Quotes what would not be seen, or would tear the table as a carriage return does. */
        private static String quoted(String symbol) {
            String shown = Printable.line(symbol);
            return symbol.isBlank() || symbol.equals("\u00A0") || !shown.equals(symbol) ? "'" + shown + "'" : symbol;
        }
    }

    /** {@code performer data split D --out DIR}. */
    @Command(
            name = "split",
            description = {
                "Split into train and valid without near-copies on both sides.",
                "Proteins: sequences that share many k-mers (MinHash) stay together. Text: whole documents.",
                "Examples: as --split-column, --group-column or --time-column say; else proteins by clusters, others one by one.",
                "splits.tsv in DIR has the side of each by its id: train, eval and predict take it with the data by --split-file.",
                "Images stay where they are, so of them there is nothing else."
            })
    static final class Split extends Action {
        @Parameters(
                paramLabel = "D",
                description = "A file or folder: FASTA, text, a table, JSON lines, images; plain or gzip.")
        private Path data;

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new folder for the two sides.")
        private Path out;

        @Option(
                names = "--valid-fraction",
                paramLabel = "X",
                description = "Share of the tokens to hold out (default: ${DEFAULT-VALUE}).")
        private double validFraction = 0.1;

        @Option(
                names = "--rule",
                paramLabel = "R",
                description =
                        "cluster, document, or label (the same share of every class), where no column decides (default: cluster for proteins, else document).")
        private String rule;

        @Option(
                names = "--apart",
                paramLabel = "F",
                description = "Proteins (FASTA) of a later test: whatever is in a cluster with one of them is on"
                        + " neither side (in splits.tsv: test).")
        private Path apart;

        @Mixin
        private DataOptions options;

        @Override
        protected ObjectNode run() throws IOException {
            InputFiles.requireEmpty(out);
            // A split of bytes copies text as it is, whatever its alphabet.
            DataConfig config = options.config(data, "byte");
            config = rule == null ? config : config.withSplit(rule);
            Corpus others = apart == null ? null : Corpus.open(apart, options.config(apart, "protein"), null);
            Corpus.Split split = Corpus.open(data, config, null).split(validFraction, seed(1), others);
            List<String> notes = SplitFiles.write(split, out);
            SplitReport report = split.report();
            Unknowns.report(split.train(), err());
            Unknowns.report(split.valid(), err());
            notes.forEach(err()::println);
            out().println(report.method());
            side("train", report.trainDocuments(), report.trainTokens());
            side("valid", report.validDocuments(), report.validTokens());
            out().println("held out " + report.held());
            out().println(Figures.count(report.clusters()) + " groups, the largest of "
                    + Figures.count(report.largestCluster()));
            if (report.apart() != null) {
                SplitReport.Apart without = report.apart();
                out().printf(
                                Locale.ROOT,
                                "apart  %,d documents, %,d tokens on neither side: in a cluster with one of %,d of %s%n",
                                without.documents(),
                                without.tokens(),
                                without.sequences(),
                                Printable.line(without.path()));
                similarity("apart", without.similarity());
            }
            if (report.equalImages() != null) {
                out().println(report.leakage());
            }
            if (report.similarity() != null) {
                similarity("this split", report.similarity());
                if (report.randomSimilarity() != null) {
                    similarity("random split", report.randomSimilarity());
                }
            }
            return report.toJson();
        }

        private void side(String name, long documents, long tokens) {
            out().println(name + "  " + Figures.count(documents) + " documents, " + Figures.count(tokens) + " tokens");
        }

        private void similarity(String name, SplitReport.Similarity s) {
            out().printf(
                            Locale.ROOT,
                            "%-13s k-mers of a held-out sequence found in its nearest training sequence: mean %.3f,"
                                    + " 95%% quantile %.3f, max %.3f; above one half: %.1f%%%n",
                            name,
                            s.mean(),
                            s.quantile95(),
                            s.max(),
                            100 * s.aboveHalf());
        }
    }
}
