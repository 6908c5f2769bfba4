/**
 * Training: the loop over a Deeplearning4j graph, schedules, evaluation beside frequency baselines, checkpoints and
 * the run folder.
 *
 * <p>{@link io.github.performer4j.training.step.Trainer} is the loop; {@link io.github.performer4j.training.run.TrainingRun}
 * puts data, model and run folder around it; {@link io.github.performer4j.training.batch.BatchIterator} gives a task's
 * batches to Deeplearning4j's own loops. The library prints nothing: a {@link
 * io.github.performer4j.training.step.RunListener} hears what happens.
 *
 * <p>Each package knows those behind it: compare, run, step, batch, task, score. Here stand only the refusals and the
 * JSON that the first four share; they are public for these, and no interface for others.
 */
package io.github.performer4j.training;
