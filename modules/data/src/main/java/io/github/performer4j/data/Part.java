package io.github.performer4j.data;

/**
 * A stretch of a document's tokens: the whole of a protein, some {@link TextPartReader#PART} tokens of a text.
 *
 * @param document the document's number: its file's number times 2⁴⁰ plus its place in the file
 * @param name its header, or the file's name
 * @param tokens [n] the ids
 * @param start place of the first token in the document
 * @param previous the token before the first one; -1 at the document's start
 * @param last whether the document ends here
 */
record Part(long document, String name, TokenArray tokens, long start, int previous, boolean last) {
    static final int FILE_SHIFT = 40;

    boolean first() {
        return previous < 0;
    }

    /** Returns whether this is a document of fewer than two tokens: nothing can be learnt from it. */
    boolean trivial() {
        return first() && last && tokens.length() < 2;
    }
}
