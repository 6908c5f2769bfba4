/**
 * A task's batches on their way into a graph: as its arrays ({@link
 * io.github.performer4j.training.batch.BatchEncoder}), and as the iterator that
 * Deeplearning4j's own loops take ({@link io.github.performer4j.training.batch.BatchIterator}).
 */
package io.github.performer4j.training.batch;
