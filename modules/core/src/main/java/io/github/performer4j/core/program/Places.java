package io.github.performer4j.core.program;

/** What stands for the places of tokens in a sequence: P_t, added to the row of token t; see {@link Op.Place}. */
public sealed interface Places {

    /**
     * A learned row for each place.
     *
     * @param table name of P, [tokens,columns]
     * @param tokens how many places there are
     */
    record Learned(String table, int tokens) implements Places {}

    /**
     * Sines and cosines of geometric wavelengths: {@code P[t,2i] = scale · sin(t / 10000^{2i/E})}, {@code P[t,2i+1] = scale · cos(t / 10000^{2i/E})} (arXiv 1706.03762, §3.5).
     *
     * @param scale of all of them
     */
    record Sinusoidal(double scale) implements Places {}
}
