/**
 * Training: the loop over a Deeplearning4j graph, schedules, evaluation beside frequency baselines, checkpoints and
 * the run folder.
 *
 * <p>{@link io.github.performer4j.training.Trainer} is the loop; {@link io.github.performer4j.training.TrainingRun}
 * puts data, model and run folder around it; {@link io.github.performer4j.training.BatchIterator} gives a task's
 * batches to Deeplearning4j's own loops. The library prints nothing: a {@link
 * io.github.performer4j.training.RunListener} hears what happens.
 */
package io.github.performer4j.training;
