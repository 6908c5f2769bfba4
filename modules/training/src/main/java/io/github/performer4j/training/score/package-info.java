/**
 * Figures and pictures of tasks: what a model's predictions are worth on the evaluated side.
 *
 * <p>An accumulator takes one example at a time ({@code add}), joins another that saw the examples after its own
 * ({@code plus}), and gives {@code figures()} and {@code baselines()}: ordered maps of names, as they stand in JSON,
 * to values. A figure that is not defined (nothing was counted, a class was never seen, a column is constant) is
 * there with the value null, never NaN. Sums are float64; equal examples in equal order give equal bits. Accumulators
 * are for one thread.
 *
 * <p>Pictures are PNG files' bytes; they need no display and depend on no locale.
 */
package io.github.performer4j.training.score;
