package io.github.performer4j.gpu.program;

/** The sums of linear attention, {@code Σ_j φ_j [v_j, 1]ᵀ}, as rows read them, forward and backward. */
interface HeadSums {

    /**
     * Makes features of keys and their sums.
     *
     * @param exponents of keys; 0 where they have none
     * @param values [B·H,padded,width]
     */
    void prepare(long exponents, long values);

    /**
     * Multiplies queries with the sums.
     *
     * @param outer receives what they take from sums, [B·H,padded,width]
     * @return what they take from their own chunk's keys; 0 for nothing
     */
    long rows(long outer);

    /** Returns the factor of {@code outer} for each row; 0 for 1, as where no state comes in. */
    default long fromState() {
        return 0;
    }

    /** Returns the sums of the values that rows see, and how many they are: for each row, or each head. */
    long seen();

    /** Returns whether {@link #seen} is for each row. */
    default boolean seenPerRow() {
        return false;
    }

    /**
     * Leaves the state behind a part of a sequence.
     *
     * @throws IllegalStateException if there is a part, and the sums are of whole sequences
     */
    default void leave(DeviceRun run) {
        if (run.pass.part()) {
            throw new IllegalStateException("bidirectional attention needs the whole sequence");
        }
    }

    /**
     * Begins a backward pass.
     *
     * @param e errors over their denominators, and the derivatives of these, [B·H,padded,width]
     * @param fe the same by {@link #fromState}; 0 without
     * @param u what running sums of values get, [B·H,padded,width]
     */
    void begin(long e, long fe, long u);

    /** Writes the gradient of queries' features, [B·H,padded,M]. */
    void queryGradient(long dPhi);

    /** Writes the gradient of keys' features likewise. */
    void keyGradient(long dPhi);

    /** Gives to the gradient of selective decay, if there is one, from what {@link #keyGradient} wrote. */
    void decayGradient(long dPhi);

    /** Gives to the gradient of values. */
    void valueGradient();
}
