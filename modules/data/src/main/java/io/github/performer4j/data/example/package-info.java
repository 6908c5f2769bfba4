/**
 * Labelled examples: the value, and the readers of tables, JSON lines, FASTA, plain text, folders and images that give
 * it.
 */
package io.github.performer4j.data.example;
