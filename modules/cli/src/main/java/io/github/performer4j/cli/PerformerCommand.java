package io.github.performer4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code performer}: nothing but its subcommands. */
@Command(
        name = "performer",
        description = "Trains and uses Performer Transformers (linear attention by random features).",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Version.class,
        subcommands = {
            QuickstartCommand.class,
            TrainCommand.class,
            EvalCommand.class,
            GenerateCommand.class,
            FillCommand.class,
            EmbedCommand.class,
            DataCommand.class,
            InfoCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0: done", "1: the run failed", "2: wrong usage or bad input", "130: stopped by Ctrl-C, after saving"},
        footerHeading = "%nStart here:%n",
        footer = "  performer quickstart")
final class PerformerCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show versions and exit.")
    private boolean version;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }
}
