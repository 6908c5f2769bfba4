package io.github.performer4j.cli;

import io.github.performer4j.training.RunConfig;
import io.github.performer4j.training.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --threads}, {@code --set} and {@code --on-unknown}: what the command line changes in a configuration. */
final class ConfigurationOptions {
    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Worker threads (default: the configuration's, or all processors where that is 1).")
    private Integer threads;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Change one value of the configuration: --set model.width=256 --set training.learningRate=3e-4.")
    private Map<String, String> changes = new LinkedHashMap<>();

    @Mixin
    private UnknownOption unknown;

    /**
     * Returns the configuration with what the command line says otherwise.
     *
     * @param length what the command sets of the training by options of its own
     */
    RunConfig apply(RunConfig base, UnaryOperator<TrainingConfig> length) {
        RunConfig config = base.withOverrides(changes);
        TrainingConfig training = length.apply(config.training());
        if (threads != null) {
            training = training.withThreads(Threads.checked(threads));
        } else if (training.threads() == 1 && !changes.containsKey("training.threads")) {
            training = training.withThreads(Runtime.getRuntime().availableProcessors());
        }
        return config.withTraining(training).withData(unknown.apply(config.data()));
    }
}
