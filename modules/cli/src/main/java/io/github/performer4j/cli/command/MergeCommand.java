package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Adapters;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.net.SnnkAdapters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer merge}: updates of low rank become part of the weights; adapters of a file, which are not linear, stand beside them. */
@Command(
        name = "merge",
        description = {
            "Add the updates of low rank of a fine-tuned model to its weights: the same numbers but for rounding, and no more operations than the model had before.",
            "Adapters (start.adapter) are not linear and stay beside the weights: --adapters puts them together with their model."
        })
public final class MergeCommand extends Action {
    @Option(names = "--model", required = true, paramLabel = "M", description = "A model zip, or a run folder.")
    private Path model;

    @Option(
            names = "--adapters",
            paramLabel = "F",
            description =
                    "Adapters that were trained on the model: the adapters.safetensors of a run with start.rank or start.adapter.")
    private Path adapters;

    @Option(names = "--out", required = true, paramLabel = "F.zip", description = "A new model file to write.")
    private Path out;

    @Override
    protected ObjectNode run() throws IOException {
        requireNew("--out", out);
        PerformerModel loaded = Models.load(model);
        if (adapters != null) {
            if (!Files.isRegularFile(adapters)) {
                throw new NoSuchFileException(adapters.toString(), null, "there is no such file of adapters");
            }
            if (LowRankAdapters.attached(loaded.net())
                    || SnnkAdapters.of(loaded.net()).isPresent()) {
                throw new IllegalArgumentException(
                        "adapters go with the model that they were trained on, which has no updates or adapters of its own; --model="
                                + model);
            }
            loaded = Adapters.read(loaded, adapters);
        }
        if (SnnkAdapters.of(loaded.net()).isPresent()) {
            return together(loaded);
        }
        ComputationGraph merged = LowRankAdapters.merge(loaded.net());
        ModelFile.save(out, merged, loaded.info(), false, Map.of());
        out().println(model + ": " + Figures.count(loaded.net().numParams() - merged.numParams())
                + " values of updates added to the weights, " + Figures.count(merged.numParams()) + " parameters -> "
                + out);
        return object().put("out", out.toString()).put("parameters", merged.numParams());
    }

    /** Saves a model with the adapters of a file; without a file there is nothing to do. */
    private ObjectNode together(PerformerModel loaded) throws IOException {
        if (adapters == null) {
            throw new IllegalArgumentException(
                    "adapters of random features are not linear, so that nothing can be added to weights: use the model as it is; --model="
                            + model);
        }
        ModelFile.save(out, loaded.net(), loaded.info(), false, Map.of());
        long parameters = loaded.net().numParams();
        out().println(model + ": adapters put beside the weights, which stay as they are (adapters are not linear), "
                + Figures.count(parameters) + " parameters -> " + out);
        return object().put("out", out.toString()).put("parameters", parameters);
    }
}
