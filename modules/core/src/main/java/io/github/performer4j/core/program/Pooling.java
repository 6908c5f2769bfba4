package io.github.performer4j.core.program;

/** How the tokens of a sequence become one row. */
public enum Pooling {
    /** The mean of the real tokens; 0 without any. */
    MEAN,
    /** The first token; 0 where it is padding. */
    FIRST,
    /** The last real token; 0 without any. */
    LAST,
    /** The sum of the real tokens, divided by {@value #TYPICAL}: grows with their number, as what each node of a graph adds to the whole does; 0 without any. */
    SUM,
    /** The largest value of each column among the real tokens; 0 without any. What is found at one place counts as much in a long sequence as in a short one. */
    MAX;

    /** Tokens for which a sum is a mean, about the nodes of a small graph: heads that are drawn for means do not begin far off. */
    public static final int TYPICAL = 16;
}
