package io.github.performer4j.examples;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The floor that a text classifier must beat: naive Bayes on words, with Laplace's smoothing. With n_c(w) occurrences of word w in class c, N_c in all, V words and the share π_c of class c,
 *
 * <pre>class of a text = argmax_c  log π_c + Σ_w log (n_c(w) + 1) / (N_c + V)</pre>
 *
 * <p>Words are runs of letters, in lower case; a word that no training text has says nothing.
 */
public final class WordNaiveBayes {
    private static final Pattern WORD = Pattern.compile("\\p{L}+");

    private final Map<String, long[]> counts = new HashMap<>();
    private final Map<String, Integer> classes = new TreeMap<>();
    private long[] words = new long[0];
    private long[] texts = new long[0];

    /** Adds a training text. */
    public void learn(String text, String label) {
        int c = classes.computeIfAbsent(label, l -> classes.size());
        words = grown(words);
        texts = grown(texts);
        texts[c]++;
        for (Matcher word = WORD.matcher(text); word.find(); ) {
            String key = word.group().toLowerCase(Locale.ROOT);
            long[] of = grown(counts.getOrDefault(key, new long[0]));
            of[c]++;
            words[c]++;
            counts.put(key, of);
        }
    }

    private long[] grown(long... array) {
        return array.length >= classes.size() ? array : java.util.Arrays.copyOf(array, classes.size());
    }

    /**
     * Returns the most probable class; of equal ones the first by name.
     *
     * @throws IllegalStateException if nothing was learnt
     */
    public String classify(String text) {
        double[] score = new double[texts.length];
        for (int c = 0; c < score.length; c++) {
            score[c] = Math.log(texts[c]);
        }
        for (Matcher word = WORD.matcher(text); word.find(); ) {
            long[] of = counts.get(word.group().toLowerCase(Locale.ROOT));
            for (int c = 0; of != null && c < score.length; c++) {
                score[c] += Math.log((1.0 + (c < of.length ? of[c] : 0)) / (words[c] + counts.size()));
            }
        }
        return classes.entrySet().stream()
                .max((a, b) -> Double.compare(score[a.getValue()], score[b.getValue()]) != 0
                        ? Double.compare(score[a.getValue()], score[b.getValue()])
                        : b.getKey().compareTo(a.getKey()))
                .orElseThrow(() -> new IllegalStateException("a classifier must learn from a text; texts=0"))
                .getKey();
    }

    /**
     * Learns from the training side of a table and classifies another.
     *
     * @param table with the columns text, label and split
     * @param side valid or test
     * @return the share of right answers; NaN if the side is empty
     */
    public static double accuracy(Path table, String side) throws IOException {
        WordNaiveBayes bayes = new WordNaiveBayes();
        double[] found = {0, 0}; // examples, right ones
        each(table, "train", e -> bayes.learn(e.texts().get(0), e.labels().get(0)));
        each(table, side, e -> {
            found[0]++;
            found[1] += bayes.classify(e.texts().get(0)).equals(e.labels().get(0)) ? 1 : 0;
        });
        return found[1] / found[0];
    }

    private static void each(Path table, String side, java.util.function.Consumer<Example> consumer)
            throws IOException {
        ExampleColumns columns = ExampleColumns.defaults().withLabels("label").withSplit("split");
        DataConfig config = DataConfig.defaults().withTokens("byte").withColumns(columns);
        try (CorpusExamples examples = Corpus.open(table, config, null).examples()) {
            for (Example e = examples.next(); e != null; e = examples.next()) {
                if (e.split().equals(side)) {
                    consumer.accept(e);
                }
            }
        }
    }

    /** Prints the accuracy on both held-out sides; argument: a table as {@code performer data make} writes it. */
    public static void main(String[] args) throws IOException {
        Path table = Path.of(args[0]);
        System.out.printf(
                Locale.ROOT,
                "naive Bayes on words: valid %.3f, test %.3f%n",
                accuracy(table, "valid"),
                accuracy(table, "test"));
    }
}
