package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.Classification;
import io.github.performer4j.data.example.ExampleGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Classes, or sets of labels, of texts; {@link PerformerModel#classifier} gives it.
 *
 * <p>A text longer than {@link ModelInfo#window} is seen in windows of near-equal length, and its probabilities are
 * their means, weighted by tokens. Many texts at once are computed in batches of like length, and differ from single
 * ones by the rounding of float32 sums only: by less than 10⁻⁶. Safe for several threads, and equal calls give equal
 * bits on any of them.
 */
public final class Classifier {
    private final InputReader reader;
    private final PooledHead head;
    private final Classification task;

    Classifier(ModelInfo info, PaddedNet net) {
        task = Requests.task(info, Classification.class, "classify", Classification.NAME);
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
    public static Classifier load(Path zip) throws IOException {
        return ModelFile.load(zip).classifier();
    }

    /** Returns what reads texts for this model: for pairs, tokens, or to know what is unknown. */
    public InputReader reader() {
        return reader;
    }

    /** Returns the labels in the order of {@link Classified#scores}. */
    public List<String> labels() {
        return task.labels();
    }

    /** Returns whether a text can have several labels, or none. */
    public boolean multiLabel() {
        return task.multiLabel();
    }

    /**
     * Classifies a text.
     *
     * @param text text or residues, of any length but 0
     * @throws IllegalArgumentException if the text has no token, or is no single sequence of this model's kind
     */
    public Classified classify(String text) {
        return classifyInputs(List.of(reader.read(text))).get(0);
    }

    /**
     * Classifies a pair of texts, which the model sees as one row.
     *
     * @throws IllegalArgumentException if one has no token, or the pair does not fit the model's window
     */
    public Classified classify(String first, String second) {
        return classifyInputs(List.of(reader.read(first, second))).get(0);
    }

    /**
     * Classifies an image, or other symbols from 0 to 255.
     *
     * @param symbols as {@link InputReader#symbols} takes them
     * @throws IllegalArgumentException if the model reads no images, or images of another size
     */
    public Classified classify(int... symbols) {
        return classifyInputs(List.of(reader.symbols(symbols))).get(0);
    }

    /**
     * Classifies a graph, which the model sees whole.
     *
     * @param graph nodes with kinds and attributes as in training
     * @throws IllegalArgumentException if the model reads no graphs, or nodes have other attributes
     */
    public Classified classify(ExampleGraph graph) {
        return classifyInputs(List.of(reader.graph(graph))).get(0);
    }

    /**
     * Classifies many texts.
     *
     * @return for each text in its place
     * @throws IllegalArgumentException if a text has no token, or is no single sequence of this model's kind
     */
    public List<Classified> classify(List<String> texts) {
        return classifyInputs(texts.stream().map(reader::read).toList());
    }

    /**
     * Classifies what {@link #reader} has read.
     *
     * @return for each input in its place
     * @throws IllegalArgumentException if an input is {@linkplain ModelInput#empty empty}
     */
    public List<Classified> classifyInputs(List<ModelInput> inputs) {
        return head.of(inputs).stream().map(this::classified).toList();
    }

    private Classified classified(PooledHead.Pooled pooled) {
        List<Classified.Score> scores = IntStream.range(0, labels().size())
                .mapToObj(c -> new Classified.Score(labels().get(c), pooled.values()[c]))
                .toList();
        return new Classified(scores, task.multiLabel(), pooled.windows());
    }
}
