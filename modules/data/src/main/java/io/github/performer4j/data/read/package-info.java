/**
 * Documents of files as tokens, part by part ({@link io.github.performer4j.data.read.PartReader}), with their labels, and what says how
 * they are read ({@link io.github.performer4j.data.read.DataConfig}).
 *
 * <p>Parts, selections and their readers are public for corpora and rows, and no interface for others.
 */
package io.github.performer4j.data.read;
