/**
 * Learning-rate schedules and an updater as Deeplearning4j knows them. They live beside the layers because a saved network names their
 * classes: whoever reads a model zip needs them, the trainer or not.
 */
package io.github.performer4j.core.schedule;
