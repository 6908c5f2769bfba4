package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.convert.Bundling;
import io.github.performer4j.training.step.Evaluator;
import io.github.performer4j.training.step.Evaluators;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Bundles the feed-forwards of a trained language model into random features and one product each (SNNK), fitted by ridge regression, without training: {@code performer bundle} from Java.
 *
 * <p>Run it in the project's folder after {@link TrainFromJava}, whose model and data it reads.
 */
public final class BundleFeedForward {
    private static final long SEED = 1;
    private static final long TOKENS = 20_000;
    private static final long EVALUATION_TOKENS = 2_000;

    private BundleFeedForward() {}

    /**
     * What came out.
     *
     * @param fits error of each layer
     * @param before held-out loss of the trained model, in nats
     * @param after that of the bundled one
     * @param model the bundled model, ready for use, to be saved or trained on
     */
    public record Result(List<Bundling.Fitted> fits, double before, double after, PerformerModel model) {}

    /**
     * Bundles all feed-forwards.
     *
     * @param zip a trained language model
     * @param texts data without labels, as it was trained on
     * @param features M
     */
    public static Result bundle(Path zip, Path texts, int features) throws IOException {
        PerformerModel model = ModelFile.load(zip);
        ModelInfo info = model.info();
        Corpus.Split split =
                Corpus.open(texts, info.reading(), info.tokenizer()).split(0.1, SEED);
        List<Bundling.Fitted> fits = new ArrayList<>();
        PerformerModel bundled =
                new Bundling(model, List.of(), features, Bundling.RIDGE).fit(split.train(), TOKENS, SEED, fits::add);
        Evaluator evaluator = Evaluators.of(info, split.valid(), SEED, EVALUATION_TOKENS);
        double before = evaluator.evaluate(model.net(), 1).value();
        double after = evaluator.evaluate(bundled.net(), 1).value();
        return new Result(fits, before, after, bundled);
    }

    /** Bundles with 256 features; arguments: the zip and the FASTA file, both optional. */
    public static void main(String[] args) throws IOException {
        Path zip = Path.of(args.length > 0 ? args[0] : "protein-model.zip");
        Path proteins = Path.of(args.length > 1 ? args[1] : "datasets/proteins/uniprot-queries-500.fasta.gz");
        Result result = bundle(zip, proteins, 256);
        result.fits()
                .forEach(fit -> System.out.printf(
                        Locale.ROOT, "layer %d: error %.4f of the variance%n", fit.block(), fit.error()));
        System.out.printf(Locale.ROOT, "held-out loss %.4f, bundled %.4f%n", result.before(), result.after());
    }
}
