package io.github.performer4j.checkpoint;

/**
 * A continuation found by {@link Generator#beams}.
 *
 * @param text without the prompt and without a stop string, as {@link Generated#text}; where a rule may end, with the
 *     last character even if its bytes are not all there, as no beam goes on later
 * @param tokens how many tokens were taken, an end of the model's included
 * @param score {@code Σ log p / tokens}, nats per token
 * @param end why it ended
 */
public record Beam(String text, int tokens, double score, Generated.End end) {}
