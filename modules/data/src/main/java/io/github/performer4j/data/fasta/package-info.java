/** The FASTA format: one streaming parser under all readers of protein sequences. */
package io.github.performer4j.data.fasta;
