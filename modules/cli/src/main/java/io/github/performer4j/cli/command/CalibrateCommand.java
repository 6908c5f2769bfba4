package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.ModelAndData;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.show.Accounting;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.Calibration;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.studies.MapName;
import io.github.performer4j.training.batch.BatchEncoder;
import io.github.performer4j.training.task.Trainings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer calibrate}: features that are fitted to a sample, in a model that is trained already. */
@Command(
        name = "calibrate",
        description = {
            "Fit the feature map of a trained model to a sample (--data; training data will do): the same weights, less error of the estimated attention.",
            "Each layer and head gets the moments of its queries and keys on the sample, fixed from then on; so causal models may use maps that look at data, too."
        })
public final class CalibrateCommand extends Action {
    @Mixin
    private ModelAndData input;

    @Option(names = "--out", required = true, paramLabel = "F.zip", description = "A new model file to write.")
    private Path out;

    @Option(
            names = "--map",
            paramLabel = "NAME",
            description = "oprf, saderf, sderf or aderf (default: the model's own if it is one, else saderf).")
    private String map;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "Stop after this many tokens of the sample (default: ${DEFAULT-VALUE}).")
    private long tokens = 100_000;

    @Override
    protected ObjectNode run() throws IOException {
        if (tokens < 1) {
            throw new IllegalArgumentException("--tokens must be positive; --tokens=" + tokens);
        }
        requireNew("--out", out);
        PerformerModel loaded = input.load();
        Models.requireNoSource(loaded, "calibrate");
        PerformerConfig config = configuration(loaded.info().model());
        Corpus corpus = input.corpus(loaded);
        ComputationGraph net = AttentionChange.of(loaded.net(), config);
        Unknowns.report(corpus, err());
        Accounting accounting = Accounting.ofBatches(corpus);
        accounting.report(input.data(), err());
        long seen =
                calibrate(net, corpus.batches(Trainings.of(loaded.info().task()).batching(), false), corpus);
        ModelInfo info = loaded.info().withModel(config);
        ModelFile.save(out, net, info, false, Map.of());
        out().printf(
                        Locale.ROOT,
                        "%s: %s with fixed statistics of %s tokens, %d layers of %d heads -> %s%n",
                        input.model(),
                        config.attention().featureMap(),
                        Figures.count(seen),
                        fitted(config),
                        config.attention().heads(),
                        out);
        ObjectNode results = object().put("out", out.toString())
                .put("map", config.attention().featureMap())
                .put("tokens", seen)
                .put("layers", fitted(config))
                .put("heads", config.attention().heads());
        results.set("input", accounting.json(corpus.unknown()));
        return results;
    }

    private PerformerConfig configuration(PerformerConfig old) {
        if (!old.attention().groups().isEmpty()) {
            throw new IllegalArgumentException("the model's heads must attend alike, for one map to fit all; model="
                    + input.model() + ", groups=" + old.attention().groups().size());
        }
        boolean fits = FeatureMap.named(old.attention().featureMap()).takesKeptStatistics();
        String name =
                MapName.canonical(map != null ? map : fits ? old.attention().featureMap() : "saderf");
        if (!FeatureMap.named(name).takesKeptStatistics()) {
            throw new IllegalArgumentException(
                    "--map must be a map that fits itself to moments: oprf, saderf, sderf or aderf; --map=" + name);
        }
        if (old.attention().learnedProjection()) {
            throw new IllegalArgumentException(
                    "the model's projections must be drawn, not learned, for another map; model=" + input.model());
        }
        if (!FeatureMap.named(old.attention().featureMap()).estimatesSoftmax()
                && !old.attention().kind().equals("exact")) {
            throw new IllegalArgumentException(
                    "the model's attention must be that of the softmax kernel, for its weights to fit another map; featureMap="
                            + old.attention().featureMap());
        }
        String kind = old.attention().kind().equals("exact")
                ? "linear"
                : old.attention().kind();
        // At once: not every pair of the old map and the new statistics is possible.
        return old.with(Map.of("attention.kind", kind, "attention.featureMap", name, "attention.statistics", "fixed"));
    }

    /** Returns how many blocks are fitted: not those that attend exactly among others. */
    private static long fitted(PerformerConfig config) {
        return IntStream.range(0, config.layers())
                .filter(block -> !config.attendsExactly(block))
                .count();
    }

    private long calibrate(ComputationGraph net, BatchSource batches, Corpus corpus) throws IOException {
        BatchEncoder encoder = BatchEncoder.columns();
        long seen = 0;
        try (Calibration calibration = Calibration.of(net);
                BatchStream stream = batches.open(seed(1), 0)) {
            while (seen < tokens && stream.hasNext()) {
                BatchEncoder.Arrays arrays =
                        encoder.encode(stream.next(), net.params().dataType());
                net.output(false, arrays.features(), arrays.featureMasks(), null);
                seen = calibration.rows();
            }
            if (stream.hasNext()) {
                err().println(input.data() + ": stopped at --tokens=" + tokens + "; the rest of its "
                        + Figures.count(corpus.tokens()) + " tokens was not looked at");
                err().flush();
            }
            if (seen == 0) {
                throw new IOException("the sample must have a token; data=" + input.data());
            }
            calibration.apply();
        }
        return seen;
    }
}
