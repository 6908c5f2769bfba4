package io.github.performer4j.training;

/**
 * How well a model predicts, beside the two frequency baselines on the same positions.
 *
 * @param loss mean nats per predicted token
 * @param perplexity e^loss
 * @param accuracy share of the predicted tokens whose most probable token is the right one
 * @param tokens predicted tokens
 * @param baselineOrder0 nats per token of the training side's token frequencies
 * @param baselineOrder1 nats per token of the training side's frequencies given the true left neighbour
 */
public record Evaluation(
        double loss, double perplexity, double accuracy, long tokens, double baselineOrder0, double baselineOrder1) {}
