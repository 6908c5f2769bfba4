package io.github.performer4j.cli.options;

import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.step.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code --threads}, {@code --set} and {@code --on-unknown}: what the command line changes in a configuration. */
public final class ConfigurationOptions {
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

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * Returns the configuration with what the command line says otherwise.
     *
     * @param length what the command sets of the training by options of its own, before {@code --set}
     * @param own key → option that sets it, for the options that the command line names
     * @throws IllegalArgumentException if one value is set twice
     */
    public RunConfig apply(RunConfig base, UnaryOperator<TrainingConfig> length, Map<String, String> own) {
        requireOnce(own);
        RunConfig config = base.withTraining(length.apply(base.training())).withOverrides(changes);
        TrainingConfig training = config.training();
        if (threads != null) {
            training = training.withThreads(Threads.checked(threads));
        } else if (training.threads() == 1 && !changes.containsKey("training.threads")) {
            training = training.withThreads(Runtime.getRuntime().availableProcessors());
        }
        return config.withTraining(training).withData(unknown.apply(config.data()));
    }

    /** Returns whether {@code --set} names a key. */
    public boolean sets(String key) {
        return changes.containsKey(key);
    }

    /** Returns whether the command line names a number of threads. */
    public boolean setsThreads() {
        return threads != null || sets("training.threads");
    }

    private void requireOnce(Map<String, String> own) {
        Map<String, String> all = new LinkedHashMap<>(own);
        if (threads != null) {
            all.put("training.threads", "--threads");
        }
        if (unknown.given()) {
            all.put("data.onUnknown", "--on-unknown");
        }
        for (String key : changes.keySet()) {
            if (all.containsKey(key)) {
                throw new IllegalArgumentException(
                        "a value is set once; --set " + key + "=" + changes.get(key) + " and " + all.get(key));
            }
        }
        refuseRepeats(command, changes);
    }

    /**
     * Refuses a key that {@code --set} names twice, of which a map keeps the last value only.
     *
     * @throws IllegalArgumentException if there is one
     */
    public static void refuseRepeats(CommandSpec command, Map<String, String> changes) {
        ParseResult parsed = command.commandLine().getParseResult();
        if (parsed.hasMatchedOption("--set")
                && parsed.matchedOption("--set").originalStringValues().size() > changes.size()) {
            throw new IllegalArgumentException("a value is set once; --set "
                    + String.join(" --set ", parsed.matchedOption("--set").originalStringValues()));
        }
    }
}
