/**
 * From files to batches: corpora of proteins and text, tokenizers, masking and length-bucketed batches, training counts, splits.
 *
 * <p>The way through: {@link io.github.performer4j.data.Corpus#open} reads a path, {@link io.github.performer4j.data.Corpus#split}
 * holds out a side without near-copies, {@link io.github.performer4j.data.Corpus#batches} gives the epochs as streams of {@link
 * io.github.performer4j.data.rows.Batch}. Shapes: B sequences, T positions; every array of a batch is row-major [B,T].
 *
 * <p>Here stands the corpus, with what it counts and how it is split; it knows all packages of the module but {@code datavec} and
 * {@code made}, and {@code rows} know {@code read}.
 */
package io.github.performer4j.data;
