package io.github.performer4j.data.read;

/** What tests of whole corpora look at inside the reading. */
public final class ReadInternals {
    private ReadInternals() {}

    /** Returns the tokens of a part of a text, all but the last. */
    public static int partOfText() {
        return TextPartReader.PART;
    }
}
