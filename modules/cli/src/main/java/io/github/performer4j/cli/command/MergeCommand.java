package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Adapters;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.core.net.LowRankAdapters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer merge}: updates of low rank become part of the weights. */
@Command(
        name = "merge",
        description =
                "Add the updates of low rank of a fine-tuned model to its weights: the same numbers but for rounding, and no more operations than the model had before.")
public final class MergeCommand extends Action {
    @Option(names = "--model", required = true, paramLabel = "M", description = "A model zip, or a run folder.")
    private Path model;

    @Option(
            names = "--adapters",
            paramLabel = "F",
            description = "Adapters that were trained on the model: the adapters.safetensors of a run with start.rank.")
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
            if (LowRankAdapters.attached(loaded.net())) {
                throw new IllegalArgumentException(
                        "adapters go with the model that they were trained on, which has no updates of its own; --model="
                                + model);
            }
            loaded = Adapters.read(loaded, adapters);
        }
        ComputationGraph merged = LowRankAdapters.merge(loaded.net());
        ModelFile.save(out, merged, loaded.info(), false, Map.of());
        out().println(model + ": " + Figures.count(loaded.net().numParams() - merged.numParams())
                + " values of updates added to the weights, " + Figures.count(merged.numParams()) + " parameters -> "
                + out);
        return object().put("out", out.toString()).put("parameters", merged.numParams());
    }
}
