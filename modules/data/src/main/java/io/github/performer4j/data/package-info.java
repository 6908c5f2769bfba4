/**
 * From files to batches: corpora of proteins and text, tokenizers, masking and length-bucketed batches, training counts, splits.
 *
 * <p>The way through: {@link io.github.performer4j.data.Corpus#open} reads a path, {@link io.github.performer4j.data.Corpus#split}
 * holds out a side without near-copies, {@link io.github.performer4j.data.Corpus#batches} gives the epochs as streams of {@link
 * io.github.performer4j.data.TokenBatch}. Shapes: B sequences, T positions; every array of a batch is row-major [B,T].
 */
package io.github.performer4j.data;
