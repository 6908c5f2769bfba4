package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.show.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer extend}: positions reach further. */
@Command(
        name = "extend",
        description = {
            "Stretch a trained model's positions, so that it reads longer sequences at once: the same weights, learned positions interpolated.",
            "With linear attention (import --attention, convert), long texts then cost no more a token than short ones. Short texts are read less well by it than by the model itself."
        })
public final class ExtendCommand extends Action {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description = "A model zip, or the folder of a run or a model.")
    private Path model;

    @Option(
            names = "--tokens",
            required = true,
            paramLabel = "N",
            description = "The longest sequence that it shall read at once.")
    private int tokens;

    @Option(names = "--out", required = true, paramLabel = "F.zip", description = "A new model file to write.")
    private Path out;

    @Override
    protected ObjectNode run() throws IOException {
        requireNew("--out", out);
        PerformerModel loaded = Models.load(model);
        int before = loaded.info().window();
        PerformerModel longer = loaded.extended(tokens);
        ModelFile.save(out, longer.net(), longer.info(), false, Map.of());
        out().println(model + ": " + Figures.count(before) + " tokens at once, now " + Figures.count(tokens) + ", "
                + Figures.count(longer.net().numParams()) + " parameters -> " + out);
        return object().put("out", out.toString())
                .put("tokensBefore", before)
                .put("tokens", tokens)
                .put("parameters", longer.net().numParams());
    }
}
