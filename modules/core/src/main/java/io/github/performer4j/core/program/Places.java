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

    /**
     * Sums of a learned row and a learned column, as on a grid that is read row by row: {@code P_t = R[⌊t / width⌋] + C[t mod width]} (axial positions, arXiv 1912.12180).
     *
     * @param rows name of R, [height,columns]
     * @param height how many rows there are
     * @param columns name of C, [width,columns]
     * @param width how many places a row has
     */
    record Axial(String rows, int height, String columns, int width) implements Places {
        /** Returns how many places there are. */
        public int tokens() {
            return Math.multiplyExact(height, width);
        }
    }
}
