package io.github.performer4j.checkpoint;

import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.task.Similarity;
import java.util.Arrays;
import java.util.Locale;

/** How the hidden states h_t of a text become its vector: sums are taken in float64, window by window. */
sealed interface StatePooling {
    /** Returns that of a model's task. */
    static StatePooling of(ModelInfo info) {
        if (info.task() instanceof Similarity) {
            return new Compared(SequencePoolingLayer.Kind.valueOf(
                    info.model().head().pooling().toUpperCase(Locale.ROOT)));
        }
        return new Mean();
    }

    /** Returns whether a text must be seen at once. */
    boolean oneWindow();

    /**
     * Adds hidden states, in the order of tokens, to what a text has so far.
     *
     * @param x [E] the sum, or the largest values; 0 at first
     * @param place the window
     * @param first number in the window of the first of the states, the frame's included
     * @param length tokens, patches or nodes of the text, without the frame
     * @param hidden [n,E]
     */
    void add(double[] x, WindowBatches.Place place, int first, int length, double... hidden);

    /**
     * Returns the vector.
     *
     * @param x [E] the sum of all states
     * @param length tokens, patches or nodes of the text, without the frame
     */
    float[] vector(double[] x, int length);

    /**
     * What {@link ContrastLayer} compares in training: {@code pool(h_1 … h_T)} over the frame, too, made of length 1.
     *
     * @param kind the model's pooling
     */
    record Compared(SequencePoolingLayer.Kind kind) implements StatePooling {
        @Override
        public boolean oneWindow() {
            return true;
        }

        @Override
        public void add(double[] x, WindowBatches.Place place, int first, int length, double... hidden) {
            int tokens = place.tokens();
            int from = kind == SequencePoolingLayer.Kind.LAST ? tokens - 1 : 0;
            int to = kind == SequencePoolingLayer.Kind.FIRST ? 1 : tokens;
            int end = Math.min(to, first + hidden.length / x.length);
            double weight = kind == SequencePoolingLayer.Kind.SUM ? Pooling.TYPICAL : to - from;
            for (int t = Math.max(from, first); t < end; t++) {
                for (int e = 0; e < x.length; e++) {
                    double h = hidden[(t - first) * x.length + e];
                    if (kind == SequencePoolingLayer.Kind.MAX) {
                        x[e] = t == 0 ? h : Math.max(x[e], h);
                    } else {
                        x[e] += h / weight;
                    }
                }
            }
        }

        @Override
        public float[] vector(double[] x, int length) {
            double norm = Math.sqrt(Arrays.stream(x).map(v -> v * v).sum() + ContrastLayer.EPSILON);
            float[] z = new float[x.length];
            for (int e = 0; e < z.length; e++) {
                z[e] = (float) (x[e] / norm);
            }
            return z;
        }
    }

    /** {@code Σ_t h_t / T} over the text's own T tokens, whatever the windows; the frame counts for nothing. */
    record Mean() implements StatePooling {
        @Override
        public boolean oneWindow() {
            return false;
        }

        @Override
        public void add(double[] x, WindowBatches.Place place, int first, int length, double... hidden) {
            int before = place.from() + first; // number in the text of the first state's token
            int end = Math.min(length - before, hidden.length / x.length);
            for (int t = Math.max(0, -before); t < end; t++) {
                for (int e = 0; e < x.length; e++) {
                    x[e] += hidden[t * x.length + e];
                }
            }
        }

        @Override
        public float[] vector(double[] x, int length) {
            float[] mean = new float[x.length];
            for (int e = 0; e < mean.length; e++) {
                mean[e] = (float) (x[e] / length);
            }
            return mean;
        }
    }
}
