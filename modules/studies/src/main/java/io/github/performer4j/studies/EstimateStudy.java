package io.github.performer4j.studies;

import io.github.performer4j.core.feature.PlainFeatures;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Estimates exp(x·y) with many draws of W, in float64 without stabilisers. Each draw serves all heads, as in a layer; a result is a pure function of its
 * arguments.
 */
public final class EstimateStudy {
    private EstimateStudy() {}

    /**
     * Measures a setting.
     *
     * @param heads rows of length D
     * @param draws draws of W, at least 2
     * @param seed draw i has the seed (seed, i)
     * @return one estimate for each head, in order
     * @throws IllegalArgumentException if there are fewer than two draws
     */
    public static List<Estimate> measure(Setting setting, List<Head> heads, int draws, long seed) {
        checkDraws(draws);
        List<Sums> sums = new ArrayList<>();
        for (Head head : heads) {
            sums.add(new Sums(head));
        }
        for (int i = 0; i < draws; i++) {
            double[][] w = setting.map()
                    .draw(setting.projection(), setting.features(), setting.headSize(), CounterRandom.mix(seed, i));
            for (Sums head : sums) {
                head.add(setting.map().plain(w, head.head.queries(), head.head.keys()));
            }
        }
        return sums.stream().map(head -> head.estimate(setting, draws)).toList();
    }

    /** Checks a number of draws. */
    public static int checkDraws(int draws) {
        if (draws < 2) {
            throw new IllegalArgumentException("draws must be at least 2; draws=" + draws);
        }
        return draws;
    }

    /** Sums over draws of one head's errors. */
    private static final class Sums {
        private final Head head;
        private final double[] kernels;
        private final double[] squares; // of each pair, relative to its kernel
        private double errors; // mean over pairs, summed over draws
        private double errorSquares;
        private double squaredErrors; // mean over pairs, summed over draws
        private double squaredErrorSquares;

        Sums(Head head) {
            this.head = head;
            kernels = new double[head.pairs().length];
            squares = new double[kernels.length];
            for (int p = 0; p < kernels.length; p++) {
                kernels[p] = head.kernel(p);
            }
        }

        void add(PlainFeatures phi) {
            double mean = 0;
            double square = 0;
            for (int p = 0; p < kernels.length; p++) {
                double error = phi.estimate(head.query(p), head.key(p)) - kernels[p];
                squares[p] += error / kernels[p] * (error / kernels[p]);
                mean += error / kernels.length;
                square += error * error / kernels.length;
            }
            errors += mean;
            errorSquares += mean * mean;
            squaredErrors += square;
            squaredErrorSquares += square * square;
        }

        Estimate estimate(Setting setting, int draws) {
            double mse = 0;
            double relative = 0;
            for (int p = 0; p < kernels.length; p++) {
                mse += squares[p] / draws * kernels[p] * kernels[p] / kernels.length;
                relative += Math.sqrt(squares[p] / draws) / kernels.length;
            }
            return new Estimate(
                    draws,
                    mse,
                    standardError(squaredErrors, squaredErrorSquares, draws),
                    relative,
                    ClosedForms.mse(setting, head),
                    ClosedForms.relativeError(setting, head),
                    errors / draws,
                    standardError(errors, errorSquares, draws));
        }

        /** Returns the standard error of a mean over draws. */
        private static double standardError(double sum, double squares, int draws) {
            double mean = sum / draws;
            return Math.sqrt(Math.max(0, squares - draws * mean * mean) / (draws - 1) / draws);
        }
    }
}
