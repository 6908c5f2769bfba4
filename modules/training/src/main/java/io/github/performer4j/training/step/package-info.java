/**
 * Step after step: the gradient of micro-batches on several threads, the update, evaluation and early end, and who hears of it.
 *
 * <p>{@link io.github.performer4j.training.step.Trainer} trains any graph on any batches and knows no files: what it makes goes to a
 * {@link io.github.performer4j.training.step.RunStore}, what happens to a {@link io.github.performer4j.training.step.RunListener}.
 */
package io.github.performer4j.training.step;
