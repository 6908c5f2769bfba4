package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * One piece of work with its sizes; if it exists, it is valid.
 *
 * @param work what is computed
 * @param attention how tokens attend
 * @param causal whether a token sees only itself and earlier tokens
 * @param batch B
 * @param tokens T
 * @param width E; for attention alone E = H·D
 * @param heads H; divides E
 * @param features M of FAVOR+
 * @param hidden F of the feed-forward; attention alone has none and ignores it
 * @param layers blocks of the model that is trained; the other works ignore it
 * @param vocabulary V of the model that is trained; the other works ignore it
 * @param seed of all inputs and weights
 */
public record Case(
        Work work,
        AttentionKind attention,
        boolean causal,
        int batch,
        int tokens,
        int width,
        int heads,
        int features,
        int hidden,
        int layers,
        int vocabulary,
        long seed) {
    private static final int MOST_LAYERS = 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    public Case {
        Rule.that(
                work != null && attention != null,
                "work and attention must be given; work=" + work + ", attention=" + attention);
        Rule.positive("batch", batch);
        Rule.positive("tokens", tokens);
        Rule.positive("width", width);
        Rule.positive("heads", heads);
        Rule.positive("features", features);
        Rule.positive("hidden", hidden);
        Rule.positive("layers", layers);
        Rule.that(vocabulary >= 2, "vocabulary must be at least 2; vocabulary=" + vocabulary);
        Rule.that(width % heads == 0, "heads must divide width; width=" + width + ", heads=" + heads);
        Rule.that(layers <= MOST_LAYERS, "layers must be at most " + MOST_LAYERS + "; layers=" + layers);
        Rule.that(
                largest(work, batch, tokens, width, heads, features, hidden, vocabulary) <= Integer.MAX_VALUE,
                "an array must hold fewer than 2^31 values; batch=" + batch + ", tokens=" + tokens + ", width=" + width
                        + ", heads=" + heads + ", features=" + features + ", hidden=" + hidden + ", vocabulary="
                        + vocabulary);
    }

    /**
     * Returns the values of the largest array: [B,T,E], [B,H,T,M], and where the work has them [B,T,F], [E,F], [B,T,V],
     * [E,V].
     */
    private static double largest(
            Work work, int batch, int tokens, int width, int heads, int features, int hidden, int vocabulary) {
        double rows = (double) batch * tokens;
        double wide = Math.max(width, (double) heads * features);
        if (work != Work.ATTENTION) {
            wide = Math.max(wide, hidden);
        }
        if (work == Work.TRAIN) {
            wide = Math.max(wide, vocabulary);
        }
        return Math.max(rows, width) * wide;
    }

    /** Returns the sizes that the project's figures are given for; bidirectional, FAVOR+. */
    public static Case of(Work work) {
        return work == Work.TRAIN
                ? new Case(work, AttentionKind.FAVOR, false, 8, 512, 256, 4, 128, 1024, 6, 32, 1)
                : new Case(work, AttentionKind.FAVOR, false, 4, 1024, 512, 8, 256, 2048, 1, 32, 1);
    }

    /** Returns a copy for another length, kind of attention and direction. */
    public Case with(int newTokens, AttentionKind newAttention, boolean newCausal) {
        return new Case(
                work,
                newAttention,
                newCausal,
                batch,
                newTokens,
                width,
                heads,
                features,
                hidden,
                layers,
                vocabulary,
                seed);
    }

    /** Returns D. */
    @JsonIgnore
    public int headSize() {
        return width / heads;
    }

    /** Returns one line of JSON. */
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
     * @throws IllegalArgumentException if the text is not a case
     */
    public static Case fromJson(String json) {
        try {
            return JSON.readValue(json, Case.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a case of the benchmark; " + e.getOriginalMessage(), e);
        }
    }
}
