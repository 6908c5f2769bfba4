package io.github.performer4j.kernels.mask;

/**
 * The weights {@code c_Δ = e^{b[Δ]}} of the offsets Δ = j − i of T places, of a head's parameters b: 0 above 0 if causal. What masks by offsets share.
 */
final class OffsetWeights {
    private final Offsets offsets;
    private final int places;
    private final int[] table; // parameter of Δ + T − 1
    private final double[] own; // e^b, [P]
    private final double[] byOffset; // c of Δ + T − 1

    /**
     * Reads the parameters from {@code at} on.
     *
     * @throws IllegalArgumentException if a weight e^b is not positive and finite
     */
    OffsetWeights(Offsets offsets, int places, double[] logs, int at) {
        this.offsets = offsets;
        this.places = places;
        table = offsets.table(places, places);
        own = new double[offsets.parameters()];
        for (int p = 0; p < own.length; p++) {
            own[p] = Math.exp(logs[at + p]);
            if (!(own[p] > 0 && own[p] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "weights of offsets must be positive and finite; parameter=" + p + ", log=" + logs[at + p]);
            }
        }
        byOffset = new double[table.length];
        for (int u = 0; u < byOffset.length; u++) {
            byOffset[u] = offsets.causal() && u >= places ? 0 : own[table[u]];
        }
    }

    int places() {
        return places;
    }

    Offsets offsets() {
        return offsets;
    }

    boolean causal() {
        return offsets.causal();
    }

    /** Returns c_Δ, |Δ| &lt; T. */
    double of(int offset) {
        return byOffset[offset + places - 1];
    }

    /** Returns c of each offset from 1 − T to T − 1; not to be changed. */
    double[] all() {
        return byOffset;
    }

    /** Adds derivatives with respect to c of each offset from 1 − T to T − 1, as those with respect to b. */
    void add(double[] derivatives, double... dParameters) {
        for (int u = 0; u < derivatives.length; u++) {
            add(u - places + 1, derivatives[u], dParameters);
        }
    }

    /** Adds a derivative with respect to c_Δ, as one with respect to b. */
    void add(int offset, double derivative, double[] dParameters) {
        if (!causal() || offset <= 0) {
            int p = table[offset + places - 1];
            dParameters[p] += own[p] * derivative;
        }
    }

    /** Returns K row by row, [T·T]. */
    double[] square() {
        double[] k = new double[Math.multiplyExact(places, places)];
        for (int i = 0; i < places; i++) {
            for (int j = 0; j < places; j++) {
                k[i * places + j] = of(j - i);
            }
        }
        return k;
    }

    /** Adds the derivatives of {@code Σ dK ⊙ K}, dK [T·T]. */
    void differentiate(double[] dK, double[] dParameters) {
        Fields.require(places, places, dK);
        for (int i = 0; i < places; i++) {
            for (int j = 0; j < places; j++) {
                add(j - i, dK[i * places + j], dParameters);
            }
        }
    }
}
