package io.github.performer4j.core.feature;

import java.util.function.Function;

/**
 * φ of queries and of keys in plain double arithmetic, without stabilisers: the oracle of what runs.
 *
 * @param query maps a scaled query, [D] → [M]
 * @param key maps a scaled key, [D] → [M]
 */
public record PlainFeatures(Function<double[], double[]> query, Function<double[], double[]> key) {

    /** Returns φ(x)·φ(y), the estimate of the kernel of a query and a key. */
    public double estimate(double[] x, double[] y) {
        return Rows.dot(query.apply(x), key.apply(y));
    }
}
