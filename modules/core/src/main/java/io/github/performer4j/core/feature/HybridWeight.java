package io.github.performer4j.core.feature;

import java.util.ArrayList;
import java.util.List;

/** How {@link HybridFeatures} weigh their two parts: λ(x,y), near 0 where x and y are alike and near 1 where they are opposite. */
public enum HybridWeight {
    /** λ = θ(x,y)/π, estimated by signs: {@code λ̂ = ½ − (1/2n) Σ_j sgn(t_j·x) sgn(t_j·y)}. */
    ANGULAR {
        @Override
        List<Block> positive(int n) {
            return blocks(0.5, -0.5 / n, n);
        }

        @Override
        List<Block> trigonometric(int n) {
            return blocks(0.5, 0.5 / n, n);
        }

        private static List<Block> blocks(double constant, double each, int n) {
            List<Block> blocks = new ArrayList<>(List.of(new Block(constant, Factor.ONE, 0)));
            for (int j = 0; j < n; j++) {
                blocks.add(new Block(each, Factor.SIGN, j));
            }
            return blocks;
        }
    },
    /**
     * λ = exp(−|x + y|²/(2τ²)), estimated by waves: {@code λ̂ = (1/n) Σ_j cos(t_j·(x + y)/τ)}, which is a sum of products of the cosines, less those of the
     * sines.
     */
    GAUSSIAN {
        @Override
        List<Block> positive(int n) {
            return waves(1.0 / n, n);
        }

        @Override
        List<Block> trigonometric(int n) {
            List<Block> blocks = new ArrayList<>(List.of(new Block(1, Factor.ONE, 0)));
            blocks.addAll(waves(-1.0 / n, n));
            return blocks;
        }

        private static List<Block> waves(double each, int n) {
            List<Block> blocks = new ArrayList<>();
            for (int j = 0; j < n; j++) {
                blocks.add(new Block(each, Factor.COS, j));
                blocks.add(new Block(-each, Factor.SIN, j));
            }
            return blocks;
        }
    };

    /** A function of t_j·x. */
    enum Factor {
        ONE,
        SIGN,
        COS,
        SIN
    }

    /**
     * A term of a weight, {@code c g(x) g(y)}: one copy of a part's columns.
     *
     * @param coefficient c
     * @param factor g
     * @param direction j
     */
    record Block(double coefficient, Factor factor, int direction) {}

    /** Returns the terms of λ̂, for n directions. */
    abstract List<Block> positive(int n);

    /** Returns the terms of 1 − λ̂. */
    abstract List<Block> trigonometric(int n);
}
