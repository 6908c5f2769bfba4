package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ImageGenerator;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Sampling;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.ResultFile;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.options.Verbatim;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.ImageSheet;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.data.token.EncodedText;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer generate}: a causal model continues a prompt, a model of pixels draws images. */
@Command(
        name = "generate",
        description = {
            "Continue a prompt with a causal model (--prompt, --length), or draw images with a model of pixels (--images, --png).",
            "Equal arguments write equal text and equal images."
        })
public final class GenerateCommand extends Action {
    @Option(names = "--model", required = true, paramLabel = "M", description = "A model zip, or a run folder.")
    private Path model;

    @Option(
            names = "--prompt",
            paramLabel = "S",
            parameterConsumer = Verbatim.class,
            description = "The beginning (default: none).")
    private String prompt = "";

    @Option(names = "--length", paramLabel = "N", description = "Tokens to write at most.")
    private Integer length;

    @Option(names = "--images", paramLabel = "N", description = "Images to draw.")
    private Integer images;

    @Option(names = "--png", paramLabel = "F", description = "Where the images go, side by side.")
    private Path png;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description =
                    "1: the model's own probabilities; lower is bolder; 0: always the most probable token (default: 1).")
    private double temperature = 1;

    @Option(names = "--top-k", paramLabel = "N", description = "Draw from the N most probable tokens (default: all).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draw from the fewest tokens that hold probability P together (default: all).")
    private double topP = 1;

    @Override
    protected ObjectNode run() throws IOException {
        Sampling sampling = new Sampling(temperature, topK, topP);
        if ((length == null) == (images == null) || (images == null) != (png == null)) {
            throw new IllegalArgumentException("text needs --length, and images need --images and --png; --length="
                    + length + ", --images=" + images + ", --png=" + png);
        }
        if (png != null) {
            requireResult("--png", png);
        }
        PerformerModel loaded = Models.load(model);
        return images == null ? text(loaded, sampling) : draw(loaded, sampling);
    }

    private ObjectNode draw(PerformerModel loaded, Sampling sampling) throws IOException {
        ImageGenerator generator = new ImageGenerator(loaded);
        if (!prompt.isEmpty()) {
            throw new IllegalArgumentException("images have no prompt; --prompt=" + prompt);
        }
        int[][] drawn = generator.generate(images, new int[0], sampling, seed(1));
        PixelModel size = (PixelModel) loaded.info().task();
        ResultFile.write(png, ImageSheet.png(drawn, size.height(), size.width(), size.channels()));
        out().println(images + " images of " + size.height() + "×" + size.width() + " -> " + png);
        return object().put("images", images).put("png", png.toString()).put("seed", seed(1));
    }

    private ObjectNode text(PerformerModel loaded, Sampling sampling) {
        EncodedText read = loaded.read(prompt);
        Unknowns.report("--prompt", read, loaded.info().tokenizer(), err());
        int window = loaded.info().model().maxTokens();
        if (read.ids().length > window) {
            err().println("--prompt: the model sees the last " + Figures.count(window) + " of its "
                    + Figures.count(read.ids().length) + " tokens");
            err().flush();
        }
        String text = loaded.generate(prompt, length, sampling, seed(1));
        out().println(prompt + text);
        ObjectNode results = object().put("prompt", prompt).put("text", text).put("seed", seed(1));
        results.set("unknown", Unknowns.json(read.unknown()));
        return results;
    }
}
