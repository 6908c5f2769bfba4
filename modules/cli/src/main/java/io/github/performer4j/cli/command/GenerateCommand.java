package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ImageGenerator;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Sampling;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.ResultFile;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.options.PrecisionOption;
import io.github.performer4j.cli.options.SamplingOptions;
import io.github.performer4j.cli.show.ImageSheet;
import io.github.performer4j.core.task.PixelModel;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer generate}: a causal model continues a prompt, a model of pixels draws images. */
@Command(
        name = "generate",
        description = {
            "Continue a prompt with a causal model (--prompt, --length), or draw images with a model of pixels (--images, --png).",
            "A model of an encoder and a decoder writes a target for the source that is the prompt: drawn, or searched by --beams.",
            "Equal arguments write equal text and equal images."
        })
public final class GenerateCommand extends Action {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description = "A model zip, or the folder of a run or a model.")
    private Path model;

    @Mixin
    private TextGeneration text;

    @Option(names = "--images", paramLabel = "N", description = "Images to draw.")
    private Integer images;

    @Option(names = "--png", paramLabel = "F", description = "Where the images go, side by side.")
    private Path png;

    @Option(
            names = "--beams",
            paramLabel = "N",
            description =
                    "Search the most probable texts, N at once, instead of drawing; 1 takes the most probable token each time.")
    private Integer beams;

    @Mixin
    private SamplingOptions sampling;

    @Mixin
    private PrecisionOption precision;

    @Override
    protected ObjectNode run() throws IOException {
        Sampling rules = sampling.sampling();
        if ((text.length() == null) == (images == null) || (images == null) != (png == null)) {
            throw new IllegalArgumentException("text needs --length, and images need --images and --png; --length="
                    + text.length() + ", --images=" + images + ", --png=" + png);
        }
        if (png != null) {
            requireResult("--png", png);
        }
        if (text.saveState() != null) {
            requireResult("--save-state", text.saveState());
        }
        text.check();
        precision.apply();
        PerformerModel loaded = Models.load(model);
        boolean source = loaded.info().task().readsSource();
        if (beams != null && images != null) {
            throw new IllegalArgumentException(
                    "images are drawn, not searched; --beams=" + beams + ", --images=" + images);
        }
        if (source && images == null) {
            ObjectNode results = object().put("seed", seed(1));
            new TargetGeneration(loaded, text).run(rules, beams, seed(1), out(), err(), results);
            return results;
        }
        if (images == null) {
            ObjectNode results = object();
            if (beams == null) {
                text.run(loaded, rules, seed(1), out(), err(), results.put("seed", seed(1)));
            } else {
                text.search(loaded, beams, rules, out(), err(), results);
            }
            return results;
        }
        return draw(loaded, rules);
    }

    private ObjectNode draw(PerformerModel loaded, Sampling rules) throws IOException {
        ImageGenerator generator = new ImageGenerator(loaded);
        text.requireNone();
        int[][] drawn = generator.generate(images, new int[0], rules, seed(1));
        PixelModel size = (PixelModel) loaded.info().task();
        ResultFile.write(png, ImageSheet.png(drawn, size.height(), size.width(), size.channels()));
        out().println(images + " images of " + size.height() + "×" + size.width() + " -> " + png);
        return object().put("images", images).put("png", png.toString()).put("seed", seed(1));
    }
}
