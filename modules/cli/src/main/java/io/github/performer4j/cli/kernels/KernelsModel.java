package io.github.performer4j.cli.kernels;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.options.ModelAndData;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.options.UnknownOption;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.Estimator;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.GerfFeatures;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.studies.KernelRow;
import io.github.performer4j.studies.KernelStudy;
import io.github.performer4j.studies.KernelStudy.Subject;
import io.github.performer4j.studies.Recommendation;
import io.github.performer4j.studies.Setting;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code performer kernels --model}: the rows of a trained model, the A of GERF that fits them, and the map to take. */
final class KernelsModel {
    /** A window of this many tokens is looked at: the first of the longest among the first documents. */
    private static final int TOKENS = 256;

    private static final int DOCUMENTS = 32;

    /** All pairs of the tokens of a window. */
    private static final int MOST_PAIRS = TOKENS * TOKENS;

    private final PerformerConfig config;
    private final AttentionOptions attention;
    private final int headSize;
    private final String source;
    private final Map<String, Long> unknown;
    private final List<Subject> subjects;
    private final double psi;
    private final double a;

    private KernelsModel(PerformerConfig config, String source, Map<String, Long> unknown, List<Subject> subjects) {
        this.config = config;
        this.attention = config.attentionOptions();
        this.headSize = subjects.get(0).head().queries()[0].length;
        this.source = source;
        this.unknown = unknown;
        this.subjects = subjects;
        psi = subjects.stream()
                .mapToDouble(s -> Estimator.psi(
                        Moments.of(s.head().queries()), Moments.of(s.head().keys())))
                .average()
                .orElse(0);
        a = Estimator.optimalA(psi, headSize);
    }

    /**
     * Reads one window of data.
     *
     * @param pairs sampled for each head
     * @param err hears what there is to say of the data
     * @throws IllegalArgumentException if the model has two sides or Fourier positions, whose columns are no map's own
     */
    static KernelsModel read(
            PerformerModel model, Path data, UnknownOption letters, int pairs, long seed, PrintWriter err)
            throws IOException {
        if (pairs < 1 || pairs > MOST_PAIRS) {
            throw new IllegalArgumentException("pairs must be from 1 to " + MOST_PAIRS + "; pairs=" + pairs);
        }
        Models.requireNoSource(model, "kernels --model");
        ModelInfo info = model.info();
        if (info.model().attentionOptions().fourier() != null) {
            throw new IllegalArgumentException(
                    "maps are compared on heads without Fourier positions; model.attention.positions=fourier");
        }
        Corpus corpus = ModelAndData.vectors(model, data, letters);
        Unknowns.report(corpus, err);
        Document document = longest(corpus);
        int[] framed = info.data().framing().frame(info.tokenizer(), document.tokens());
        int[] window = Arrays.copyOf(framed, Math.min(framed.length, Math.min(TOKENS, info.window())));
        return new KernelsModel(
                info.model(),
                source(window.length, framed.length, Printable.line(document.id())),
                corpus.unknown(),
                new QueriesAndKeys(model, pairs, seed).of(window));
    }

    private static String source(int window, int framed, String id) {
        return (window < framed ? "the first " + window + " of " + Figures.count(framed) : String.valueOf(window))
                + " tokens of " + id + ", the longest of the first documents, " + DOCUMENTS + " at most";
    }

    private static Document longest(Corpus corpus) throws IOException {
        Document longest = null;
        try (DocumentStream stream = corpus.stream()) {
            Document next = stream.next();
            for (int i = 0; i < DOCUMENTS && next != null; i++) {
                if (longest == null || next.tokens().length > longest.tokens().length) {
                    longest = next;
                }
                next = stream.next();
            }
        }
        if (longest == null || longest.tokens().length == 0) {
            throw new IOException("the data must have a token");
        }
        return longest;
    }

    /** Returns what to measure: the model's D, M and projection where the options say nothing, GERF with the A that fits. */
    KernelStudy study(KernelsOptions options, long seed, PrintWriter err) {
        Map<String, FeatureMap> fitted = Map.of("gerf", new GerfFeatures(a, 0));
        return options.rows(subjects, headSize, attention.features(), attention.projection(), fitted, seed, err);
    }

    /** Returns what the vocabulary does not know in the data, symbol → count. */
    Map<String, Long> unknown() {
        return unknown;
    }

    /** Returns where the rows are from. */
    String source() {
        return source;
    }

    /** Returns the map to take; at the model's own M if it was measured, else at the largest one. */
    Recommendation recommendation(List<KernelRow> rows) {
        List<Integer> measured = rows.stream()
                .map(row -> row.setting().features())
                .distinct()
                .sorted()
                .toList();
        int m = measured.contains(attention.features()) ? attention.features() : measured.get(measured.size() - 1);
        return Recommendation.among(rows, m, this::usable);
    }

    /**
     * Returns what follows for each block; null without a map.
     *
     * @param error relative error that is small enough
     * @param most the largest M to pay for
     */
    LayerAdvice advice(List<KernelRow> rows, Recommendation best, double error, int most) {
        return best == null ? null : LayerAdvice.of(subjects, rows, best.setting(), this::usable, error, most);
    }

    /** Returns the options that follow from it for this model. */
    BlockOptions options(Recommendation best) {
        return new BlockOptions(config, best.setting(), a);
    }

    private boolean usable(Setting setting) {
        FeatureMap map = setting.map();
        boolean sees = !attention.causal() || !map.looksAhead() || map.takesKeptStatistics();
        return sees && BlockOptions.possible(config, setting);
    }

    /** Writes what to take and why. */
    void print(Recommendation best, PrintWriter out) {
        if (best == null) {
            out.println(
                    "No map that was measured can be recommended: it looks at the whole sequence and the model is causal, or its draws missed the tail.");
        } else {
            out.printf(
                    Locale.ROOT,
                    "Recommended: %s. Its mean relative error over the heads is the least at M = %d: %s%s.%n",
                    best.setting().series(),
                    best.setting().features(),
                    KernelsTables.number(best.relativeError()),
                    best.second() == null
                            ? ""
                            : "; next " + best.second().series() + ": " + KernelsTables.number(best.secondError()));
        }
        out.println(
                "Maps are compared by closed forms where there are any (of independent rows, if the projection has none), because few draws"
                        + " miss heavy tails; others by what was measured, without those of |bias|/se above 4.");
        if (attention.causal()) {
            out.println(
                    "The model is causal: maps that fit themselves to data were measured with statistics of the whole window. oprf, saderf, sderf and aderf can take fixed ones"
                            + " (performer calibrate) or running ones (--set model.attention.statistics=running); the others cannot be recommended.");
        }
        out.printf(
                Locale.ROOT,
                "A of gerf that fits these rows: --set model.attention.featureMap=gerf:%.4f (optimal A for ψ = %.3f, mean of %d heads; D = %d).%n",
                a,
                psi,
                subjects.size(),
                headSize);
    }

    /** Returns the recommendation as JSON. */
    ObjectNode json(Recommendation best) {
        ObjectNode json = new ObjectMapper()
                .createObjectNode()
                .put("causal", attention.causal())
                .put("psi", psi)
                .put("gerf_a", a);
        return best == null
                ? json.putNull("map")
                : json.put("map", best.setting().name())
                        .put("projection", best.setting().projectionName())
                        .put("features", best.setting().features())
                        .put("mean_relative_error", best.relativeError());
    }
}
