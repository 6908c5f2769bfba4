package io.github.performer4j.checkpoint;

import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.task.Similarity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Vectors of texts that can be compared, of a model that learnt pairs; {@link PerformerModel#embedder} gives it. They are what {@link ContrastLayer} compares in training: with h_t the final
 * hidden states of a text's row, the frame's included, and pool the model's pooling,
 *
 * <pre>
 * x = pool(h_1 … h_T)       z = x / √(|x|² + ε)       similarity(a, b) = z_a · z_b, a cosine
 * </pre>
 *
 * <p>A text is one row, and must fit the model's window, as in training, or that of {@link PerformerModel#withWindow}. Many texts at once are computed in batches of like length, and differ from single ones by the rounding of float32 sums
 * only: by less than 10⁻⁵. Safe for several threads, and equal calls give equal bits on any of them.
 */
public final class Embedder {
    private final InputReader reader;
    private final WindowBatches batches;
    private final SequencePoolingLayer.Kind pooling;
    private final int width;
    private final int window;

    Embedder(ModelInfo info, PaddedNet net, int window) {
        Requests.task(info, Similarity.class, "similarity", Similarity.NAME);
        reader = new InputReader(info);
        batches = new WindowBatches(net, info, info.model().hiddenVertex(), window);
        pooling =
                SequencePoolingLayer.Kind.valueOf(info.model().head().pooling().toUpperCase(Locale.ROOT));
        width = info.model().width();
        this.window = window;
    }

    /**
     * Loads a model for this use.
     *
     * @param zip the file
     * @throws IllegalArgumentException if the model is of another task
     * @throws IOException as {@link ModelFile#load}
     */
    public static Embedder load(Path zip) throws IOException {
        return ModelFile.load(zip).embedder();
    }

    /** Returns what reads texts for this model: for pairs, tokens, or to know what is unknown. */
    public InputReader reader() {
        return reader;
    }

    /**
     * Returns the vector z of a text.
     *
     * @param text text or residues, of any length but 0 that fits the window
     * @return [E] float32, of length 1
     * @throws IllegalArgumentException if the text has no token, does not fit, or is no single sequence of this model's kind
     */
    public float[] embed(String text) {
        return embedInputs(List.of(reader.read(text))).get(0);
    }

    /**
     * Returns the vectors of many texts.
     *
     * @return for each text in its place
     * @throws IllegalArgumentException as {@link #embed(String)}
     */
    public List<float[]> embed(List<String> texts) {
        return embedInputs(texts.stream().map(reader::read).toList());
    }

    /**
     * Returns how alike two texts are.
     *
     * @return the cosine of their vectors, from −1 to 1
     * @throws IllegalArgumentException if a text has no token, does not fit the window, or is no single sequence of this model's kind
     */
    public double similarity(String first, String second) {
        List<float[]> z = embed(List.of(first, second));
        return cosine(z.get(0), z.get(1));
    }

    /**
     * Returns the vectors of what {@link #reader} has read.
     *
     * @param inputs single texts
     * @return for each input in its place
     * @throws IllegalArgumentException if an input is {@linkplain ModelInput#empty empty}, a pair, or does not fit the window
     */
    public List<float[]> embedInputs(List<ModelInput> inputs) {
        Requests.requireTokens(inputs);
        for (ModelInput input : inputs) {
            if (input.pair() || batches.windows(input) > 1) {
                throw new IllegalArgumentException("a vector is of one text that fits the model's window; texts="
                        + (input.pair() ? 2 : 1) + ", tokens=" + input.ids().length + ", window=" + window);
            }
        }
        float[][] vectors = new float[inputs.size()][];
        double[][] pooled = new double[inputs.size()][width];
        batches.blocks(inputs, (place, from, hidden) -> pool(pooled[place.input()], hidden, from, place.tokens()));
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = unit(pooled[i]);
        }
        return List.of(vectors);
    }

    /**
     * Returns how alike the texts of pairs are.
     *
     * @param pairs as {@link InputReader#read(String, String)} reads them
     * @return the cosine of each pair in its place
     * @throws IllegalArgumentException if an input is no pair, or a text of it has no token
     */
    public List<Double> similarityInputs(List<ModelInput> pairs) {
        List<ModelInput> texts = new ArrayList<>();
        for (ModelInput pair : pairs) {
            if (!pair.pair() || pair.empty()) {
                throw new IllegalArgumentException("a similarity is of two texts with a token each; pair=" + pair.pair()
                        + ", tokens=" + pair.ids().length);
            }
            int first = pair.first().ids().length;
            texts.add(reader.tokens(pair.first().ids()));
            texts.add(reader.tokens(Arrays.copyOfRange(pair.ids(), first + 1, pair.ids().length))); // behind SEP
        }
        List<float[]> z = embedInputs(texts);
        List<Double> similarities = new ArrayList<>();
        for (int i = 0; i < z.size(); i += 2) {
            similarities.add(cosine(z.get(i), z.get(i + 1)));
        }
        return similarities;
    }

    /** Adds what hidden states [n,E], those from token {@code first} on of {@code tokens}, have in the pooled vector x. */
    private void pool(double[] x, double[] hidden, int first, int tokens) {
        int from = pooling == SequencePoolingLayer.Kind.LAST ? tokens - 1 : 0;
        int to = pooling == SequencePoolingLayer.Kind.FIRST ? 1 : tokens;
        int end = Math.min(to, first + hidden.length / width);
        for (int t = Math.max(from, first); t < end; t++) {
            for (int e = 0; e < width; e++) {
                if (pooling == SequencePoolingLayer.Kind.MAX) {
                    double h = hidden[(t - first) * width + e];
                    x[e] = t == 0 ? h : Math.max(x[e], h);
                    continue;
                }
                x[e] += hidden[(t - first) * width + e]
                        / (pooling == SequencePoolingLayer.Kind.SUM ? Pooling.TYPICAL : to - from);
            }
        }
    }

    private static float[] unit(double... x) {
        double norm = Math.sqrt(Arrays.stream(x).map(v -> v * v).sum() + ContrastLayer.EPSILON);
        float[] z = new float[x.length];
        for (int e = 0; e < z.length; e++) {
            z[e] = (float) (x[e] / norm);
        }
        return z;
    }

    private static double cosine(float[] a, float... b) {
        double dot = 0;
        for (int e = 0; e < a.length; e++) {
            dot += (double) a[e] * b[e];
        }
        return dot;
    }
}
