package io.github.performer4j.checkpoint;

import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.example.ExampleGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Vectors of texts, of any model that reads one sequence; {@link PerformerModel#embedder} gives it. With h_t the final hidden states of a text's row,
 *
 * <pre>
 * x = Σ_t h_t / T                    of every model but those that learnt pairs: the text's own T tokens, in all windows
 *
 * x = pool(h_1 … h_T)                of a model that learnt pairs: what {@link ContrastLayer} compares in training,
 * z = x / √(|x|² + ε)                the frame included, pool being the model's pooling
 * similarity(a, b) = z_a · z_b       a cosine
 * </pre>
 *
 * <p>Nothing is cut off in silence: a text that is longer than the model's window, or that of {@link PerformerModel#withWindow}, is seen in {@link #windows} of near-equal length; of a model that learnt pairs it is
 * refused, because in training it was one row. Many texts at once are computed in batches of like length, and differ from single ones by the rounding of float32 sums
 * only: by less than 10⁻⁵ of their length. Safe for several threads, and equal calls give equal bits on any of them.
 */
public final class Embedder {
    private final InputReader reader;
    private final WindowBatches batches;
    private final StatePooling pooling;
    private final ModelInfo info;
    private final int window;

    Embedder(ModelInfo info, PaddedNet net, int window) {
        Requests.requireNoSource(info, "embed");
        reader = new InputReader(info);
        batches = new WindowBatches(net, info, info.model().hiddenVertex(), window);
        pooling = StatePooling.of(info);
        this.info = info;
        this.window = window;
    }

    /**
     * Loads a model for this use.
     *
     * @param zip the file
     * @throws IllegalArgumentException if the model has an encoder and a decoder
     * @throws IOException as {@link ModelFile#load}
     */
    public static Embedder load(Path zip) throws IOException {
        return ModelFile.load(zip).embedder();
    }

    /** Returns what reads texts for this model: for pairs, images, graphs, tokens, or to know what is unknown. */
    public InputReader reader() {
        return reader;
    }

    /** Returns E, the numbers of a vector. */
    public int width() {
        return info.model().width();
    }

    /** Returns in how many windows the model sees an input: 1 if it sees it whole, as it does a graph. */
    public int windows(ModelInput input) {
        return batches.windows(input);
    }

    /**
     * Returns the vector of a text.
     *
     * @param text text or residues, of any length but 0; of a model that learnt pairs one that fits the window
     * @return [E] float32; of length 1 where the model learnt pairs
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
     * Returns the vector of a graph, the mean over its nodes.
     *
     * @param graph nodes with kinds and attributes as in training
     * @throws IllegalArgumentException if the model reads no graphs, or nodes have other attributes
     */
    public float[] embed(ExampleGraph graph) {
        return embedInputs(List.of(reader.graph(graph))).get(0);
    }

    /**
     * Returns the vectors of what {@link #reader} has read.
     *
     * @param inputs single texts, images or graphs
     * @return for each input in its place
     * @throws IllegalArgumentException if an input is {@linkplain ModelInput#empty empty}, a pair, or does not fit the window where it has to
     */
    public List<float[]> embedInputs(List<ModelInput> inputs) {
        Requests.requireTokens(inputs);
        inputs.forEach(this::requireOne);
        float[][] vectors = new float[inputs.size()][];
        double[][] sums = new double[inputs.size()][width()];
        batches.blocks(inputs, (place, from, hidden) -> {
            int input = place.input();
            pooling.add(sums[input], place, from, batches.positions(inputs.get(input)), hidden);
        });
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = pooling.vector(sums[i], batches.positions(inputs.get(i)));
        }
        return List.of(vectors);
    }

    /**
     * Returns the vector of one row.
     *
     * @param ids [T] token ids without the frame; of a model of patches [T·P], the values of an image patch by patch
     */
    float[] embedIds(int... ids) {
        return embedInputs(List.of(new ModelInput(null, ModelInput.NO_TEXT, ids, false, 0, Map.of())))
                .get(0);
    }

    /**
     * Refuses what has no vector.
     *
     * @param input as {@link #reader} has read it
     * @throws IllegalArgumentException as {@link #embedInputs}
     */
    public void require(ModelInput input) {
        Requests.requireTokens(List.of(input));
        requireOne(input);
    }

    private void requireOne(ModelInput input) {
        if (input.pair() || pooling.oneWindow() && batches.windows(input) > 1) {
            throw new IllegalArgumentException("a vector is of one text that fits the model's window; texts="
                    + (input.pair() ? 2 : 1) + ", tokens=" + input.ids().length + ", window=" + window);
        }
    }

    /**
     * Returns how alike two texts are.
     *
     * @return the cosine of their vectors, from −1 to 1
     * @throws IllegalArgumentException if the model has not learnt pairs, a text has no token, does not fit the window, or is no single sequence of this model's kind
     */
    public double similarity(String first, String second) {
        requirePairs();
        List<float[]> z = embed(List.of(first, second));
        return cosine(z.get(0), z.get(1));
    }

    /**
     * Returns how alike the texts of pairs are.
     *
     * @param pairs as {@link InputReader#read(String, String)} reads them
     * @return the cosine of each pair in its place
     * @throws IllegalArgumentException if the model has not learnt pairs, an input is no pair, or a text of it has no token
     */
    public List<Double> similarityInputs(List<ModelInput> pairs) {
        requirePairs();
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

    private void requirePairs() {
        Requests.task(info, Similarity.class, "similarity", Similarity.NAME);
    }

    private static double cosine(float[] a, float... b) {
        double dot = 0;
        for (int e = 0; e < a.length; e++) {
            dot += (double) a[e] * b[e];
        }
        return dot;
    }
}
