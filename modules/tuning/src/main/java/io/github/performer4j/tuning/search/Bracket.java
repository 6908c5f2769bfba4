package io.github.performer4j.tuning.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Trials that are halved among themselves: one of Hyperband's brackets (Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar: <em>Hyperband</em>, JMLR 18, 2018, algorithm 1), or
 * all trials of a search without. Bracket s of S + 1 begins at rung S − s, with
 *
 * <pre>n_s = ⌈(S + 1) / (s + 1) · η^s⌉   trials of ⌈steps · η^(−s)⌉ steps,   s = S, S − 1, …, 0</pre>
 *
 * <p>so that each costs about as many steps, and the last one halves nothing.
 *
 * @param first place of its first trial, from 0
 * @param size trials that it begins with; {@link Integer#MAX_VALUE} for as many as there is time for
 * @param rung the first one
 */
record Bracket(int first, int size, int rung) {
    /** Returns the place behind its last trial. */
    int end() {
        return size == Integer.MAX_VALUE ? size : first + size;
    }

    /** Returns S for a number of trials: the largest whose brackets do not need more. */
    static int most(int eta, int trials) {
        int most = 0;
        while (total(eta, most + 1) <= trials) {
            most++;
        }
        return most;
    }

    /** Returns the fewest trials of which the first bracket halves: η + 2. */
    static long fewest(int eta) {
        return total(eta, 1);
    }

    private static long total(int eta, int most) {
        long total = 0;
        for (int s = 0; s <= most; s++) {
            total += size(eta, most, s);
        }
        return total;
    }

    private static long size(int eta, int most, int s) {
        long power = 1;
        for (int i = 0; i < s; i++) {
            power *= eta;
        }
        return ((most + 1) * power + s) / (s + 1);
    }

    /** Returns Hyperband's brackets, again from the first one where trials are left, until there are so many trials; the last one may be smaller. */
    static List<Bracket> of(int eta, int trials) {
        int most = most(eta, trials);
        List<Bracket> brackets = new ArrayList<>();
        int begun = 0;
        for (int s = most; begun < trials; s = s == 0 ? most : s - 1) {
            int size = (int) Math.min(trials - begun, size(eta, most, s));
            brackets.add(new Bracket(begun, size, most - s));
            begun += size;
        }
        return brackets;
    }
}
