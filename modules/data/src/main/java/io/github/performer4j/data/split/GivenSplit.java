package io.github.performer4j.data.split;

import java.util.BitSet;

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
