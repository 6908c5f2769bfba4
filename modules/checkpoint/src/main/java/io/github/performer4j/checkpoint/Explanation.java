package io.github.performer4j.checkpoint;

import io.github.performer4j.core.net.AttentionMass;
import java.util.ArrayList;
import java.util.List;

/**
 * How much attention each token of a sequence receives, in every layer and head; see {@link AttentionMass}.
 *
 * @param masses one for each attention of the model, [H][T] over the tokens of the sequence; what its frame receives is left out
 * @param even [T], what a token would receive if every query spread its attention evenly: 1, or {@code Σ_{i ≥ j} 1/(i + 1)} in causal models, whose first tokens are seen most
 * @param windows in which the model saw the sequence, each on its own
 */
public record Explanation(List<AttentionMass> masses, double[] even, int windows) {

    /** Returns the mean of the mass over layers and heads, [T]: 1 for the average token of a window. */
    public double[] mean() {
        double[] mean = new double[even.length];
        int heads = 0;
        for (AttentionMass mass : masses) {
            for (double[] head : mass.heads()) {
                heads++;
                for (int t = 0; t < mean.length; t++) {
                    mean[t] += head[t];
                }
            }
        }
        for (int t = 0; t < mean.length; t++) {
            mean[t] /= heads;
        }
        return mean;
    }

    /** Puts windows together. */
    static final class Parts {
        private final List<AttentionMass> masses = new ArrayList<>();
        private final double[] even;
        private final boolean causal;
        private int windows;

        Parts(int tokens, boolean causal) {
            this.even = new double[tokens];
            this.causal = causal;
        }

        /**
         * Takes a window.
         *
         * @param part of its positions
         * @param from first position of the window, 0 being the first token, negative the frame's
         */
        void add(List<AttentionMass> part, int from) {
            for (int i = 0; i < part.size(); i++) {
                AttentionMass one = part.get(i);
                if (windows == 0) {
                    masses.add(new AttentionMass(one.layer(), new double[one.heads().length][even.length]));
                }
                for (int h = 0; h < one.heads().length; h++) {
                    copy(one.heads()[h], from, masses.get(i).heads()[h]);
                }
            }
            copy(evenly(part.get(0).heads()[0].length), from, even);
            windows++;
        }

        private double[] evenly(int length) {
            double[] shares = new double[length];
            double tail = 0;
            for (int j = length - 1; j >= 0; j--) {
                tail += 1.0 / (j + 1);
                shares[j] = causal ? tail : 1;
            }
            return shares;
        }

        private static void copy(double[] window, int from, double... all) {
            for (int t = 0; t < window.length; t++) {
                if (from + t >= 0 && from + t < all.length) {
                    all[from + t] = window[t];
                }
            }
        }

        Explanation whole() {
            return new Explanation(List.copyOf(masses), even, windows);
        }
    }
}
