package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.Regression;
import io.github.performer4j.data.example.ExampleGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers of texts; {@link PerformerModel#regressor} gives it. The model's standardised answer p is turned back into
 * the data's units: {@code p · scale + mean}.
 *
 * <p>A text longer than {@link ModelInfo#window} is seen in windows of near-equal length, and its numbers are their
 * means, weighted by tokens. Many texts at once are computed in batches of like length, and differ from single ones by
 * the rounding of float32 sums only: p by less than 10⁻⁵. Safe for several threads, and equal calls give equal bits on
 * any of them.
 */
public final class Regressor {
    private final InputReader reader;
    private final PooledHead head;
    private final Regression task;

    Regressor(ModelInfo info, PaddedNet net) {
        task = Requests.task(info, Regression.class, "regress", Regression.NAME);
        if (task.missing() != null) {
            throw new IllegalArgumentException(
                    "regress needs the means and scales of the training data; missing=" + task.missing());
        }
        reader = new InputReader(info);
        head = new PooledHead(new WindowBatches(net, info));
    }

    /**
     * Loads a model for this use.
     *
     * @param zip the file
     * @throws IllegalArgumentException if the model is of another task
     * @throws IOException as {@link ModelFile#load}
     */
    public static Regressor load(Path zip) throws IOException {
        return ModelFile.load(zip).regressor();
    }

    /** Returns what reads texts for this model: for pairs, tokens, or to know what is unknown. */
    public InputReader reader() {
        return reader;
    }

    /** Returns the names of the numbers, in the order of {@link Estimated#numbers}. */
    public List<String> names() {
        return task.names();
    }

    /**
     * Estimates the numbers of a text.
     *
     * @param text text or residues, of any length but 0
     * @throws IllegalArgumentException if the text has no token, or is no single sequence of this model's kind
     */
    public Estimated regress(String text) {
        return regressInputs(List.of(reader.read(text))).get(0);
    }

    /**
     * Estimates the numbers of a pair of texts, which the model sees as one row.
     *
     * @throws IllegalArgumentException if one has no token, or the pair does not fit the model's window
     */
    public Estimated regress(String first, String second) {
        return regressInputs(List.of(reader.read(first, second))).get(0);
    }

    /**
     * Estimates the numbers of an image, or of other symbols from 0 to 255.
     *
     * @param symbols as {@link InputReader#symbols} takes them
     * @throws IllegalArgumentException if the model reads no images, or images of another size
     */
    public Estimated regress(int... symbols) {
        return regressInputs(List.of(reader.symbols(symbols))).get(0);
    }

    /**
     * Estimates the numbers of a graph, which the model sees whole.
     *
     * @param graph nodes with kinds and attributes as in training
     * @throws IllegalArgumentException if the model reads no graphs, or nodes have other attributes
     */
    public Estimated regress(ExampleGraph graph) {
        return regressInputs(List.of(reader.graph(graph))).get(0);
    }

    /**
     * Estimates the numbers of many texts.
     *
     * @return for each text in its place
     * @throws IllegalArgumentException if a text has no token, or is no single sequence of this model's kind
     */
    public List<Estimated> regress(List<String> texts) {
        return regressInputs(texts.stream().map(reader::read).toList());
    }

    /**
     * Estimates the numbers of what {@link #reader} has read.
     *
     * @return for each input in its place
     * @throws IllegalArgumentException if an input is {@linkplain ModelInput#empty empty}
     */
    public List<Estimated> regressInputs(List<ModelInput> inputs) {
        return head.of(inputs).stream().map(this::estimated).toList();
    }

    private Estimated estimated(PooledHead.Pooled pooled) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (int d = 0; d < names().size(); d++) {
            numbers.put(
                    names().get(d),
                    pooled.values()[d] * task.scale().get(d) + task.mean().get(d));
        }
        return new Estimated(numbers, pooled.windows());
    }
}
