package io.github.performer4j.data.made;

/**
 * How many examples of a made data set are for what.
 *
 * @param train at least 1
 * @param valid not negative
 * @param test not negative
 */
public record Sides(int train, int valid, int test) {
    /** Checks the numbers. */
    public Sides {
        if (train < 1 || valid < 0 || test < 0 || (long) train + valid + test > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "there must be an example for training, and fewer than 2^31 in all; train=" + train + ", valid="
                            + valid + ", test=" + test);
        }
    }

    /** Returns how many there are. */
    public int total() {
        return train + valid + test;
    }

    /** Returns the side of an example by its place: first training, then validation, then test. */
    String of(int place) {
        return place < train ? "train" : place < train + valid ? "valid" : "test";
    }
}
