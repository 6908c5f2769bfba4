package io.github.performer4j.kernels.exact;

/** What is added to the scores of exact attention by the offset of the key from the query, and who gets the derivatives. Asked by many threads. */
public interface OffsetBias {

    /**
     * Returns b of a head for each offset Δ from 1 − Tk to Tq − 1, in this order, [Tq + Tk − 1]; not to be changed.
     *
     * @param head from 0
     */
    float[] of(int head);

    /** Returns whether b has parameters; without them its derivatives are not computed. */
    boolean learned();

    /** Receives the derivatives with respect to what {@link #of} returned, of one batch item and head, once each in a backward pass; never called where nothing is learned. */
    void derivative(int item, int head, double... derivatives);
}
