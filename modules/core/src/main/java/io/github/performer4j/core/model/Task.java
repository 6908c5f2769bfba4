package io.github.performer4j.core.model;

/** What a model predicts. */
public enum Task {
    /** Masked tokens, from both sides. */
    MASKED_LM,
    /** The next token, from the left. */
    CAUSAL_LM,
    /** One of several classes for a whole sequence. */
    CLASSIFICATION,
    /** A number for a whole sequence. */
    REGRESSION
}
