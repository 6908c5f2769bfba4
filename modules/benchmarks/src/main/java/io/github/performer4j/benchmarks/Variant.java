package io.github.performer4j.benchmarks;

import io.github.performer4j.core.attention.AttentionOptions;

/** The kinds of attention that are compared. */
public enum Variant {
    /** Random features, every token sees every token. */
    LINEAR(AttentionOptions.Kind.LINEAR, false),
    /** Random features, a token sees itself and earlier tokens. */
    LINEAR_CAUSAL(AttentionOptions.Kind.LINEAR, true),
    /** Softmax, every token sees every token. */
    EXACT(AttentionOptions.Kind.EXACT, false),
    /** Softmax, a token sees itself and earlier tokens. */
    EXACT_CAUSAL(AttentionOptions.Kind.EXACT, true);

    private final AttentionOptions.Kind kind;
    private final boolean causal;

    Variant(AttentionOptions.Kind kind, boolean causal) {
        this.kind = kind;
        this.causal = causal;
    }

    /** Returns whether time grows with T or with T². */
    public AttentionOptions.Kind kind() {
        return kind;
    }

    /** Returns whether a token sees only itself and earlier tokens. */
    public boolean causal() {
        return causal;
    }

    /** Returns the name in tables: {@code linear, causal}. */
    public String label() {
        return (kind == AttentionOptions.Kind.LINEAR ? "linear" : "exact") + (causal ? ", causal" : "");
    }
}
