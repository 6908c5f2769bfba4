package io.github.performer4j.cli.bench;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.cli.options.ConfigurationOptions;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.training.run.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.NoOp;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --model}, or a model of drawn weights, which costs what a trained one of its size does, and {@code --set} for its size. */
final class DrawnModel {
    @Option(
            names = "--model",
            paramLabel = "M",
            description = "A trained model, zip or folder of a run or a model (default: drawn weights).")
    private Path model;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Change one value of the model with drawn weights: --set model.width=256.")
    private Map<String, String> changes = new LinkedHashMap<>();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * Loads the model, or draws it.
     *
     * @param base configuration of the drawn one, before {@code --set}
     * @param tokenizer of the drawn one
     * @throws IllegalArgumentException if options do not go together or a value is not right
     */
    PerformerModel load(RunConfig base, Tokenizer tokenizer, long seed) throws IOException {
        if (model != null) {
            if (!changes.isEmpty()) {
                throw new IllegalArgumentException(
                        "a trained model has its size; --model=" + model + ", --set=" + changes);
            }
            return Models.load(model);
        }
        ConfigurationOptions.refuseRepeats(command, changes);
        for (String key : changes.keySet()) {
            if (!key.startsWith("model.")) {
                throw new IllegalArgumentException("--set takes keys of the model; key=" + key);
            }
        }
        RunConfig config = base.withOverrides(changes);
        PerformerConfig body = config.model().withVocabulary(tokenizer.size());
        ComputationGraph net = new ComputationGraph(body.graph(config.task(), new NoOp(), 0, seed));
        net.init();
        return new PerformerModel(
                net, ModelInfo.of(config.task(), body, config.data(), tokenizer, null, Provenance.unknown()));
    }
}
