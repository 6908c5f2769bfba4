package io.github.performer4j.data.made;

import io.github.performer4j.kernels.math.CounterRandom;

/** How fond the twenty amino acids are of helix, strand and turn, in hundredths (P. Y. Chou, G. D. Fasman, <em>Empirical predictions of protein conformation</em>, 1978). */
final class Propensities {
    /** The residues, in the order of the tables. */
    static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWY";

    private static final int[][] TABLES = {
        {66, 119, 146, 74, 60, 156, 95, 47, 101, 59, 60, 156, 152, 98, 95, 143, 96, 50, 96, 114}, // turn
        {83, 119, 54, 37, 138, 75, 87, 160, 74, 130, 105, 89, 55, 110, 93, 75, 119, 170, 137, 147}, // strand
        {142, 70, 101, 151, 113, 57, 100, 108, 116, 121, 145, 67, 57, 111, 98, 77, 83, 106, 108, 69}, // helix
    };

    private Propensities() {}

    /**
     * Returns a propensity.
     *
     * @param state 0 turn, 1 strand, 2 helix
     * @param residue one of {@link #RESIDUES}
     */
    static int of(int state, char residue) {
        return TABLES[state][RESIDUES.indexOf(residue)];
    }

    /** Draws a residue with a probability proportional to the square of its propensity. */
    static char draw(int state, CounterRandom random) {
        int sum = 0;
        for (int p : TABLES[state]) {
            sum += p * p;
        }
        int at = random.nextInt(sum);
        int r = 0;
        while (at >= TABLES[state][r] * TABLES[state][r]) {
            at -= TABLES[state][r] * TABLES[state][r];
            r++;
        }
        return RESIDUES.charAt(r);
    }
}
