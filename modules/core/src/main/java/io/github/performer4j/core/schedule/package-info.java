/**
 * Learning-rate schedules as Deeplearning4j schedules. They live beside the layers because a saved network names their classes:
 * whoever reads a model zip needs them, the trainer or not.
 */
package io.github.performer4j.core.schedule;
