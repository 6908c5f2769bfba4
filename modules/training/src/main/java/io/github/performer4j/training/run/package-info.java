/**
 * A run: configuration and data in, a folder with metrics, checkpoints, the best model and a report out; stopped and resumed.
 *
 * <p>{@link io.github.performer4j.training.run.TrainingRun} is the whole of it. What holds of any folder that is written to over hours
 * ({@link io.github.performer4j.training.run.FolderLock}, {@link io.github.performer4j.training.run.Stop}, {@link
 * io.github.performer4j.training.run.Sha256}) is public for comparisons.
 */
package io.github.performer4j.training.run;
