/**
 * Parts cut into rows, shuffled, and gathered by length into {@link io.github.performer4j.data.rows.Batch batches}, whose labels a task's {@link
 * io.github.performer4j.data.rows.Batching} makes. Shapes: B sequences, T positions.
 */
package io.github.performer4j.data.rows;
