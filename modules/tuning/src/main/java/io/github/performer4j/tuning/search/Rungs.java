package io.github.performer4j.tuning.search;

import io.github.performer4j.training.Rule;

/**
 * Successive halving (Jamieson and Talwalkar 2016; the brackets of Hyperband, Li et al. 2018, are its starts): all n trials train a share of
 * the steps, the best 1/η of them η times as long, and so on; R + 1 rungs, R = ⌊log_η n⌋, and the last one trains all steps:
 *
 * <p>steps(r) = ⌈steps · η^(r − R)⌉.
 *
 * @param eta η, at least 2; 0 for one rung, where every trial trains all steps
 * @param trials n, 0 for any number where there is one rung
 * @param steps of a whole trial; 0 where trials go by minutes, with one rung
 */
record Rungs(int eta, int trials, long steps) {
    Rungs {
        Rule.that(eta == 0 || eta >= 2, "halving must keep one of 2 or more trials", "halving", eta);
        Rule.that(eta == 0 || trials >= eta, "halving needs as many trials", "halving", eta, "trials", trials);
        Rule.that(eta == 0 || steps > 0, "halving needs trials of a number of steps", "halving", eta, "steps", steps);
    }

    /** Returns R, the number of the last rung. */
    int last() {
        int last = 0;
        for (long left = trials; eta > 0 && left >= eta; left /= eta) {
            last++;
        }
        return last;
    }

    /** Returns the steps that a trial has done at the end of a rung. */
    long steps(int rung) {
        long share = 1;
        for (int r = rung; r < last(); r++) {
            share *= eta;
        }
        return (steps + share - 1) / share;
    }

    /** Returns how many of the trials of a rung go on. */
    int kept(int begun) {
        return Math.max(1, begun / eta);
    }
}
