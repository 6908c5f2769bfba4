package io.github.performer4j.data.read;

/**
 * A document, or a stretch of a long one, as tokens.
 *
 * @param name the FASTA header, {@code sequence-N} for the N-th of a file where it is empty, or the text file's name
 * @param start place of the first token in its document: 0 but for texts of more than 2²⁰ tokens, which come in stretches
 * @param tokens [n] ids without special tokens, unknown symbols excepted
 */
public record Document(String name, long start, int[] tokens) {
    /** Returns the name's first word, the accession of most FASTA headers. */
    public String id() {
        return id(name);
    }

    /** Returns a header's first word, empty if it has none. */
    public static String id(String header) {
        return header.strip().split("\\s", 2)[0];
    }
}
