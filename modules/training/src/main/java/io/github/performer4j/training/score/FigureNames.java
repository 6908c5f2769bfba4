package io.github.performer4j.training.score;

import java.util.Locale;
import java.util.Map;

/** Names of figures and baselines as people read them. */
public final class FigureNames {
    private static final Map<String, String> WORDS =
            Map.of("loss", "nats per prediction", "macroF1", "macro F1", "bitsPerDimension", "bits per dimension");
    private static final Map<String, String> BASELINES = Map.of(
            "order0", "order 0: frequencies of the training side", "order1", "order 1: given the true left neighbour");

    private FigureNames() {}

    /** Returns a figure's name in words: {@code macro F1}. */
    public static String words(String figure) {
        return WORDS.getOrDefault(
                figure, figure.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT));
    }

    /** Returns a baseline's name in words. */
    public static String baseline(String name) {
        return BASELINES.getOrDefault(name, "baseline: " + words(name));
    }
}
