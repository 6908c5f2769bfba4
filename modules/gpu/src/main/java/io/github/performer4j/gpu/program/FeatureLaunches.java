package io.github.performer4j.gpu.program;

/** The features of rows from their P, and the gradient of P. */
interface FeatureLaunches {

    /**
     * Makes features of queries, stabilised by each row's own maximum.
     *
     * @param epsilonOfKeys ε that keys have beside their features
     * @param mass receives ε times the sum of each query's features; 0 for none
     */
    void queries(HeadRows rows, float epsilonOfKeys, long mass);

    /** Returns the exponents of keys, [B·H,padded]; 0 where they have none. */
    long exponents(HeadRows rows);

    /**
     * Makes features of keys, 0 where they are not seen.
     *
     * @param m stabiliser of each, [B·H,padded]; 0 where they have none
     */
    void keys(HeadRows rows, long m, long seen);

    /**
     * Returns the gradient of P.
     *
     * @param d of features, [B·H,padded,M], overwritten
     * @param constants to add to each row of it; 0 for none
     * @param visible of rows; 0 if all are
     * @param sums receives the sum of each row that goes on to rows' norms
     */
    long gradient(HeadRows rows, long d, long constants, long visible, long sums);

    /** Returns the factor of {@code sums·x} in the gradient of rows. */
    float throughNorm(boolean queries);
}
