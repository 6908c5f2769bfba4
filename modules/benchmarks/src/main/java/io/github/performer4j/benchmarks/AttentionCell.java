package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;

/**
 * One measurement of an attention layer alone, [B,T,E] → [B,T,E]; if it exists, it is valid.
 *
 * @param variant kind and direction
 * @param batch B
 * @param tokens T
 * @param width E
 * @param heads H; divides width
 * @param features columns M of φ
 * @param map name of φ, see {@link FeatureMap#named}; exact attention has none and ignores it
 * @param runs timed runs of each pass, at most; there are fewer if they take longer than {@code seconds}
 * @param seconds time after which no run of a pass is started, unless there were fewer than {@value #FEWEST_RUNS}
 * @param threads of BLAS and OpenMP
 * @param seed of parameters, features and input
 */
public record AttentionCell(
        Variant variant,
        int batch,
        int tokens,
        int width,
        int heads,
        int features,
        String map,
        int runs,
        double seconds,
        int threads,
        long seed) {
    /** A median needs as many. */
    static final int FEWEST_RUNS = 3;

    private static final ObjectMapper JSON = new ObjectMapper();

    public AttentionCell {
        Rule.positive("batch", batch);
        Rule.positive("tokens", tokens);
        Rule.positive("width", width);
        Rule.positive("heads", heads);
        Rule.positive("features", features);
        Rule.positive("runs", runs);
        Rule.positive("threads", threads);
        Rule.that(seconds > 0, "seconds must be positive; seconds=" + seconds);
        options(variant, heads, features, map).headSize(width);
    }

    /** Returns the layer's options. */
    AttentionOptions options() {
        return options(variant, heads, features, map);
    }

    /** Returns what attends: {@code exact}, {@code favor+} for positive features, else the name of φ. */
    String attention() {
        if (variant.kind() == AttentionOptions.Kind.EXACT) {
            return "exact";
        }
        return map.equalsIgnoreCase("positive") ? "favor+" : map;
    }

    /** Returns the cell as one line of JSON, for the command line of the process that measures it. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads {@link #toJson}.
     *
     * @throws IllegalArgumentException if the text is not a cell
     */
    public static AttentionCell fromJson(String json) {
        try {
            return JSON.readValue(json, AttentionCell.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a cell of the benchmark; " + e.getOriginalMessage(), e);
        }
    }

    private static AttentionOptions options(Variant variant, int heads, int features, String map) {
        return AttentionOptions.defaults()
                .withKind(variant.kind())
                .withCausal(variant.causal())
                .withHeads(heads)
                .withFeatureMap(FeatureMap.named(map))
                .withFeatures(features);
    }
}
