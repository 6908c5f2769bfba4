package io.github.performer4j.cli;

import io.github.performer4j.cli.action.Version;
import io.github.performer4j.cli.bench.BenchCommand;
import io.github.performer4j.cli.command.BundleCommand;
import io.github.performer4j.cli.command.CalibrateCommand;
import io.github.performer4j.cli.command.ConvertCommand;
import io.github.performer4j.cli.command.DevicesCommand;
import io.github.performer4j.cli.command.EmbedCommand;
import io.github.performer4j.cli.command.EvalCommand;
import io.github.performer4j.cli.command.ExportCommand;
import io.github.performer4j.cli.command.ExtendCommand;
import io.github.performer4j.cli.command.FillCommand;
import io.github.performer4j.cli.command.GenerateCommand;
import io.github.performer4j.cli.command.ImportCommand;
import io.github.performer4j.cli.command.InfoCommand;
import io.github.performer4j.cli.command.MergeCommand;
import io.github.performer4j.cli.command.QuickstartCommand;
import io.github.performer4j.cli.command.ReportCommand;
import io.github.performer4j.cli.command.TrainCommand;
import io.github.performer4j.cli.compare.CompareCommand;
import io.github.performer4j.cli.data.DataCommand;
import io.github.performer4j.cli.explain.ExplainCommand;
import io.github.performer4j.cli.kernels.KernelsCommand;
import io.github.performer4j.cli.predict.PredictCommand;
import io.github.performer4j.cli.spark.SparkTrainCommand;
import io.github.performer4j.cli.spark.SparkUseCommand;
import io.github.performer4j.cli.tune.TuneCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code performer}: nothing but its subcommands. */
@Command(
        name = "performer",
        description = "Trains and uses Performer Transformers (linear attention by random features).",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            QuickstartCommand.class,
            TrainCommand.class,
            EvalCommand.class,
            GenerateCommand.class,
            FillCommand.class,
            EmbedCommand.class,
            ExplainCommand.class,
            PredictCommand.class,
            DataCommand.class,
            InfoCommand.class,
            DevicesCommand.class,
            BenchCommand.class,
            KernelsCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            TuneCommand.class,
            SparkTrainCommand.class,
            SparkUseCommand.Embed.class,
            SparkUseCommand.Predict.class,
            SparkUseCommand.Eval.class,
            CalibrateCommand.class,
            ConvertCommand.class,
            BundleCommand.class,
            MergeCommand.class,
            ExtendCommand.class,
            ExportCommand.class,
            ImportCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: done",
            "1: the run failed",
            "2: wrong usage or bad input",
            "130: stopped by Ctrl-C, after saving"
        },
        footerHeading = "%nStart here:%n",
        footer = "  performer quickstart")
final class PerformerCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }
}
