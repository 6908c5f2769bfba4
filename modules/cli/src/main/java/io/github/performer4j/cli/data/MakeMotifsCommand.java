package io.github.performer4j.cli.data;

import io.github.performer4j.data.made.MadeSummary;
import io.github.performer4j.data.made.MotifGraphs;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer data make motifs --out DIR}. */
@Command(
        name = "motifs",
        description = {
            "Random graphs in which one of five motifs is planted, whose name is the label; nodes know their degree. A folder in the TU format.",
            "Train with --preset graph-classify; with --tags, which tells what is in the motif, with --preset graph-tag."
        })
final class MakeMotifsCommand extends MakeCommand.Maker {
    private static final int MOST_GRAPHS = 1_000_000;
    private static final int MOST_NODES = 10_000; // all pairs of them are drawn

    @Option(names = "--graphs", paramLabel = "N", description = "How many (default: ${DEFAULT-VALUE}).")
    private int graphs = 1_000;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "Nodes of the random graph around a motif of 12 (default: ${DEFAULT-VALUE}).")
    private int nodes = 16;

    @Option(
            names = "--probability",
            paramLabel = "X",
            description = "With which two of them are joined (default: ${DEFAULT-VALUE}).")
    private double probability = 0.15;

    @Option(
            names = "--links",
            paramLabel = "N",
            description = "Edges between motif and graph (default: ${DEFAULT-VALUE}).")
    private int links = 4;

    @Option(names = "--tags", description = "Write labels of nodes, too: 1 in the motif, 0 elsewhere.")
    private boolean tags;

    @Override
    protected MadeSummary make(Path folder) throws IOException {
        require("--graphs", graphs, MOST_GRAPHS);
        require("--nodes", nodes, MOST_NODES);
        return new MotifGraphs(seed(1), nodes, probability, links).write(folder, graphs, tags);
    }

    private static void require(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(option + " must be from 1 to " + most + "; " + option + "=" + value);
        }
    }
}
