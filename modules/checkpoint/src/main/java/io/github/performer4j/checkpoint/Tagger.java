package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.WordPlaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tags of the tokens or words of texts; {@link PerformerModel#tagger} gives it. The tag of a word is that of its first
 * token, the only one that training looks at.
 *
 * <p>A text longer than {@link ModelInfo#window} is seen in windows of near-equal length, each on its own. Many texts
 * at once are computed in batches of like length, and differ from single
 * ones by the rounding of float32 sums only: probabilities by less than 10⁻⁶. Safe for several threads, and equal
 * calls give equal bits on any of them.
 */
public final class Tagger {
    private final InputReader reader;
    private final WindowBatches batches;
    private final Tokenizer tokenizer;
    private final Tagging task;

    Tagger(ModelInfo info, PaddedNet net) {
        task = Requests.task(info, Tagging.class, "tag", Tagging.NAME);
        tokenizer = info.tokenizer();
        reader = new InputReader(info);
        batches = new WindowBatches(net, info);
    }

    /**
     * Loads a model for this use.
     *
     * @param zip the file
     * @throws IllegalArgumentException if the model is of another task
     * @throws IOException as {@link ModelFile#load}
     */
    public static Tagger load(Path zip) throws IOException {
        return ModelFile.load(zip).tagger();
    }

    /** Returns what reads texts for this model: to know what is unknown. */
    public InputReader reader() {
        return reader;
    }

    /** Returns the names of the tags. */
    public List<String> labels() {
        return task.labels();
    }

    /** Returns whether words have tags, and not tokens. */
    public boolean ofWords() {
        return task.ofWords();
    }

    /**
     * Tags a text.
     *
     * @param text text or residues, of any length but 0
     * @throws IllegalArgumentException if the text has no token, or is no single sequence of this model's kind
     */
    public Tagged tag(String text) {
        return tagInputs(List.of(reader.read(text))).get(0);
    }

    /**
     * Tags the nodes of a graph, which the model sees whole.
     *
     * @param graph nodes with kinds and attributes as in training
     * @throws IllegalArgumentException if the model reads no graphs, or nodes have other attributes
     */
    public Tagged tag(ExampleGraph graph) {
        return tagInputs(List.of(reader.graph(graph))).get(0);
    }

    /**
     * Tags many texts.
     *
     * @return for each text in its place
     * @throws IllegalArgumentException if a text has no token, or is no single sequence of this model's kind
     */
    public List<Tagged> tag(List<String> texts) {
        return tagInputs(texts.stream().map(reader::read).toList());
    }

    /**
     * Tags what {@link #reader} has read.
     *
     * @return for each input in its place
     * @throws IllegalArgumentException if an input has no token, or is a pair; or has no text where words are tagged
     */
    public List<Tagged> tagInputs(List<ModelInput> inputs) {
        Requests.requireTokens(inputs);
        inputs.forEach(this::requireText);
        int[][] best = new int[inputs.size()][];
        double[][] probability = new double[inputs.size()][];
        for (int i = 0; i < best.length; i++) {
            best[i] = new int[inputs.get(i).length()];
            probability[i] = new double[best[i].length];
        }
        int labels = task.labels().size();
        batches.run(inputs, (place, values) -> {
            int input = place.input();
            for (int row = 0; row < place.tokens(); row++) {
                int token = place.from() + row;
                if (token >= 0 && token < best[input].length) { // else it is the frame's
                    best[input][token] = best(values, row * labels, labels);
                    probability[input][token] = values[row * labels + best[input][token]];
                }
            }
        });
        Tagged[] tagged = new Tagged[best.length];
        Arrays.setAll(
                tagged, i -> new Tagged(tags(inputs.get(i), best[i], probability[i]), batches.windows(inputs.get(i))));
        return List.of(tagged);
    }

    private void requireText(ModelInput input) {
        if (input.pair()) {
            throw new IllegalArgumentException("tags belong to one text; texts=2");
        }
        if (input.graph() == null && input.text() == null && ofWords()) {
            throw new IllegalArgumentException("words are found in a text; text=none, tokens=" + input.ids().length);
        }
    }

    private static int best(double[] values, int from, int labels) {
        int best = 0;
        for (int c = 1; c < labels; c++) {
            best = values[from + c] > values[from + best] ? c : best;
        }
        return best;
    }

    private List<Tagged.Tag> nodes(ModelInput input, int[] best, double... probability) {
        return IntStream.range(0, best.length)
                .mapToObj(i -> new Tagged.Tag(
                        i, i, i + 1, input.names().get(i), task.labels().get(best[i]), probability[i]))
                .toList();
    }

    private List<Tagged.Tag> tags(ModelInput input, int[] best, double... probability) {
        if (input.graph() != null) {
            return nodes(input, best, probability);
        }
        EncodedText tokens = input.first();
        WordPlaces places = ofWords() ? new WordPlaces(input.text()) : null;
        int[] begun = places == null ? null : places.begun(tokens);
        List<WordPlaces.Word> words = places == null ? List.of() : places.words();
        List<Tagged.Tag> tags = new ArrayList<>();
        for (int t = 0; t < best.length; t++) {
            if (begun != null && begun[t] < 0) {
                continue;
            }
            int start = begun == null ? tokens.starts()[t] : words.get(begun[t]).start();
            int end = begun == null ? tokens.ends()[t] : words.get(begun[t]).end();
            String text = input.text() == null
                    ? tokenizer.symbol(tokens.ids()[t])
                    : input.text().substring(start, end);
            tags.add(new Tagged.Tag(
                    begun == null ? t : begun[t],
                    start,
                    end,
                    text,
                    task.labels().get(best[t]),
                    probability[t]));
        }
        return tags;
    }
}
