package io.github.performer4j.data.split;

import java.util.BitSet;
import java.util.List;

/**
 * The sides that a file names for its examples.
 *
 * @param train places of the examples for training, from 0
 * @param valid places of the examples held out while training
 * @param test places of the examples for the last measurement
 */
public record GivenSplit(BitSet train, BitSet valid, BitSet test) {
    /**
     * Reads sides.
     *
     * @param splits [n] {@code train}, {@code valid} or {@code test}
     * @return their places; every example is on one side
     * @throws IllegalArgumentException if one is anything else, or missing
     */
    public static GivenSplit of(String... splits) {
        HeldOut.requireAll("split", splits);
        GivenSplit given = new GivenSplit(new BitSet(), new BitSet(), new BitSet());
        for (int i = 0; i < splits.length; i++) {
            given.side(i, splits[i]).set(i);
        }
        return given;
    }

    /** Returns the held-out side: valid, or test where there is no valid. */
    public BitSet held() {
        return valid.isEmpty() ? test : valid;
    }

    /** Returns the name of the held-out side. */
    public String heldName() {
        return valid.isEmpty() ? "test" : "valid";
    }

    /** Returns the numbers of examples as {@code train=3, valid=2, test=0}. */
    public String counts() {
        return "train=" + train.cardinality() + ", valid=" + valid.cardinality() + ", test=" + test.cardinality();
    }

    /** Returns what a user should know of a side that is neither learnt from nor held out. */
    public List<String> notes() {
        return valid.isEmpty() || test.isEmpty()
                ? List.of()
                : List.of("the side test, " + test.cardinality() + " examples, is left for performer eval --side test");
    }

    /**
     * Returns the places of one side.
     *
     * @param name train, valid or test
     * @throws IllegalArgumentException if it is anything else
     */
    public BitSet named(String name) {
        return side(0, name);
    }

    private BitSet side(int place, String name) {
        return switch (name) {
            case "train" -> train;
            case "valid" -> valid;
            case "test" -> test;
            default ->
                throw new IllegalArgumentException(
                        "split must be train, valid or test; place=" + place + ", split=" + name);
        };
    }
}
