package io.github.performer4j.core.loss;

/** Among which texts of its batch a text looks for its partner. */
public enum Candidates {
    /** All others, on whichever side they are (Chen and others, <em>SimCLR</em>, 2020). */
    ALL,
    /** First texts among second ones and hard negatives, second ones among first (Radford and others, <em>CLIP</em>, 2021). */
    BOTH,
    /** First texts among second ones and hard negatives; second ones look for nothing (Henderson and others, arXiv 1705.00652). */
    FIRST;

    /** Side of the first texts of pairs. */
    public static final int FIRST_TEXT = 0;

    /** Side of their partners. */
    public static final int SECOND_TEXT = 1;

    /** Side of hard negatives, texts that are nobody's partner. */
    public static final int HARD_NEGATIVE = 2;

    /** Returns whether texts of a side look for a partner. */
    public boolean looks(int side) {
        return side == FIRST_TEXT || side == SECOND_TEXT && this != FIRST;
    }

    /** Returns whether a text of a side, which looks for its partner, looks at texts of another. */
    boolean sees(int side, int other) {
        return this == ALL || (side == FIRST_TEXT ? other != FIRST_TEXT : other == FIRST_TEXT);
    }
}
