package io.github.performer4j.data.read;

/**
 * A stretch of a document's tokens: the whole of a protein, some {@link TextPartReader#PART} tokens of a text.
 *
 * @param document the document's number: its file's number times 2⁴⁰ plus its place in the file
 * @param name its header, or the file's name; null where parts are kept for batches, which need none
 * @param tokens [n] the ids
 * @param start place of the first token in the document
 * @param previous the token before the first one; -1 at the document's start
 * @param last whether the document ends here
 * @param label of the document, or of these tokens; null if there is none
 */
public record Part(long document, String name, TokenArray tokens, long start, int previous, boolean last, Label label) {
    /** Bits of a place in a file, below those of the file's number. */
    public static final int FILE_SHIFT = 40;

    /** A part, its array of tokens and its place in a list, with headers and padding, on a 64-bit JVM. */
    private static final long OBJECTS = 104;

    /** A label and its array, with headers and padding. */
    private static final long LABEL = 40;

    /** Returns whether the document begins here. */
    public boolean first() {
        return previous < 0;
    }

    /** Returns the name, or where it is blank {@code sequence-N}, the N-th of its file. */
    public String title() {
        return name.isBlank() ? "sequence-" + ((document & ((1L << FILE_SHIFT) - 1)) + 1) : name;
    }

    /** Returns this part without its name. */
    public Part unnamed() {
        return new Part(document, null, tokens, start, previous, last, label);
    }

    /** Returns the bytes of heap that the part takes when kept without its name: tokens, and the objects around them. */
    public long bytes() {
        return OBJECTS + tokens.bytes() + (label == null ? 0 : LABEL + label.bytes());
    }

    /** Returns whether this is a document of fewer than two tokens, or of none if it has a label: nothing can be learnt from it. */
    public boolean trivial() {
        return first() && last && tokens.length() < (label == null ? 2 : 1);
    }
}
