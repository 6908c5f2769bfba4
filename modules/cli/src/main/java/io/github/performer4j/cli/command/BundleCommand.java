package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.ModelAndData;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.options.Threads;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.convert.Agreement;
import io.github.performer4j.training.convert.Bundling;
import io.github.performer4j.training.step.Evaluator;
import io.github.performer4j.training.step.Evaluators;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer bundle}: feed-forwards of a trained model become random features and one product. */
@Command(
        name = "bundle",
        description = {
            "Bundle feed-forwards of a trained model into random features and one product, y = relu(x G + c) W + b, fitted by ridge regression to what they gave on data without labels.",
            "A part of the data is held out; on it both models are compared. Train the result on (train --from) where it lost too much."
        })
public final class BundleCommand extends Action {
    private static final double HELD_OUT = 0.1;

    @Mixin
    private ModelAndData input;

    @Option(names = "--out", required = true, paramLabel = "F.zip", description = "A new model file to write.")
    private Path out;

    @Option(names = "--features", required = true, paramLabel = "M", description = "Random features of each layer.")
    private int features;

    @Option(
            names = "--layers",
            paramLabel = "N",
            split = ",",
            description = "Layers to bundle, from 1 on, with commas between (default: all).")
    private List<Integer> layers = new ArrayList<>();

    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "50000",
            description = "Tokens of the data to fit to (default: ${DEFAULT-VALUE}).")
    private long tokens;

    @Option(
            names = "--ridge",
            paramLabel = "L",
            description = "What is added to the diagonal of the features' products, over its mean (default: 1e-6).")
    private double ridge = Bundling.RIDGE;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of evaluation (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    protected ObjectNode run() throws IOException {
        requireNew("--out", out);
        Threads.checked(threads);
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens must be positive; --tokens=" + tokens);
        }
        PerformerModel loaded = input.load();
        Models.requireNoSource(loaded, "bundle");
        Bundling bundling = new Bundling(loaded, layers, features, ridge);
        Corpus corpus = input.vectors(loaded);
        Unknowns.report(corpus, err());
        Corpus.Split split = corpus.split(HELD_OUT, seed(1));
        ObjectNode results = object();
        ArrayNode fits = results.putArray("layers");
        PerformerModel bundled = bundling.fit(split.train(), tokens, seed(1), fitted -> {
            out().printf(
                            Locale.ROOT,
                            "layer %d: error %.4f of the variance, fitted to %,d tokens%n",
                            fitted.block(),
                            fitted.error(),
                            fitted.rows());
            out().flush();
            fits.addObject()
                    .put("layer", fitted.block())
                    .put("error", fitted.error())
                    .put("tokens", fitted.rows());
        });
        compare(loaded, bundled, split.valid(), results);
        ModelFile.save(out, bundled.net(), bundled.info(), false, Map.of());
        out().println(input.model() + ": " + Figures.count(loaded.net().numParams()) + " parameters, now "
                + Figures.count(bundled.net().numParams()) + " -> " + out);
        return results.put("out", out.toString())
                .put("parameters", bundled.net().numParams());
    }

    /** Tells a language model's loss before and after, and of any model how alike its vectors are. */
    private void compare(PerformerModel before, PerformerModel after, Corpus held, ObjectNode results)
            throws IOException {
        if (before.info().task().predictsTokens()) {
            Evaluator evaluator = Evaluators.of(before.info(), held, seed(1), tokens);
            Evaluation was = evaluator.evaluate(before.net(), threads);
            Evaluation now = evaluator.evaluate(after.net(), threads);
            out().printf(
                            Locale.ROOT,
                            "%s %.4f before, %.4f after (held-out texts)%n",
                            was.primary(),
                            was.value(),
                            now.value());
            results.put("figure", was.primary()).put("before", was.value()).put("after", now.value());
        }
        Agreement agreement = Agreement.of(
                before, after, ConvertCommand.texts(held, before.info().window()));
        out().printf(
                        Locale.ROOT,
                        "cosine to the model's own vectors %.4f, one text in twenty below %.4f (%d held-out texts)%n",
                        agreement.mean(),
                        agreement.low(),
                        agreement.texts());
        results.put("cosine", agreement.mean()).put("low", agreement.low());
    }
}
