package io.github.performer4j.data.read;

import io.github.performer4j.data.graph.GraphInput;

/**
 * A document, or a stretch of a long one, as tokens.
 *
 * @param name the FASTA header, {@code sequence-N} for the N-th of a file where it is empty, or the text file's name
 * @param start place of the first token in its document: 0 but for texts of more than 2²⁰ tokens, which come in stretches
 * @param tokens [n] ids without special tokens, unknown symbols excepted; of an image in patches the values 0 to 255, patch by patch; of a graph nothing
 * @param length positions that the document takes in rows, frames left out: n, or the number of patches, or of nodes
 * @param graph the graph as a model reads it; null where there is none
 */
public record Document(String name, long start, int[] tokens, int length, GraphInput graph) {
    /** Returns the name's first word, the accession of most FASTA headers. */
    public String id() {
        return id(name);
    }

    /** Returns a header's first word, empty if it has none. */
    public static String id(String header) {
        return header.strip().split("\\s", 2)[0];
    }
}
