package io.github.performer4j.data;

/**
 * A document, or a stretch of a long one, as tokens.
 *
 * @param name the FASTA header, or the text file's name
 * @param start place of the first token in its document: 0 but for texts of more than 2²⁰ tokens, which come in stretches
 * @param tokens [n] ids without special tokens, unknown symbols excepted
 */
public record Document(String name, long start, int[] tokens) {
    /** Returns the name's first word, the accession of most FASTA headers. */
    public String id() {
        return name.strip().split("\\s", 2)[0];
    }
}
