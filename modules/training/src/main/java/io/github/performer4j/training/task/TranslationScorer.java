package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Figures of targets. With N predicted tokens t_i, ends included, and the model's probabilities p_i, given the source and the true tokens before,
 *
 * <pre>
 * loss              = −(1/N) Σ log p_i(t_i)
 * perplexity        = e^loss
 * accuracy          = share of the tokens whose most probable one is the right one
 * sequenceAccuracy  = share of the targets of which every token is
 * baseline targetFrequencies = −(1/N) Σ log f(t_i)      f the shares of these N tokens themselves: no better one sees no context
 * </pre>
 *
 * <p>A target whose every token is the most probable one behind the true ones is the one that greedy decoding writes. Beside {@code sequenceAccuracy} stand the shares that are right where each target is its source
 * ({@code sequenceAccuracyOfCopying}), and where all are the one that is most frequent here ({@code sequenceAccuracyOfMostFrequent}). A target with an unknown token is never right.
 */
final class TranslationScorer implements Scorer<TranslationScorer.Tally> {
    private final List<Written> rows = new ArrayList<>();
    private final Map<Integer, Long> tokens = new HashMap<>();
    private double loss;
    private long hits;

    /**
     * A target.
     *
     * @param labels its tokens, the end at last, {@link Batch#IGNORED} for unknown ones
     * @param right whether greedy decoding writes it
     * @param copied whether it is its source
     */
    record Written(List<Integer> labels, boolean right, boolean copied) implements Serializable {}

    /**
     * The targets of a batch.
     *
     * @param rows in their order
     * @param loss sum over tokens, nats
     * @param hits tokens that are the most probable ones
     */
    record Tally(List<Written> rows, double loss, long hits) implements Serializable {}

    @Override
    public Tally part(INDArray output, Batch batch) {
        Column label = batch.label();
        int length = label.size(1);
        float[] p = output.dup('c').data().asFloat(); // [B,T,V]
        int vocabulary = p.length / label.ids().length;
        List<Written> written = new ArrayList<>();
        double sum = 0;
        long right = 0;
        for (int b = 0; b < batch.size(); b++) {
            List<Integer> labels = new ArrayList<>();
            int hit = 0;
            for (int t = 0; t < length && batch.input().mask()[b * length + t]; t++) {
                int at = b * length + t;
                int wanted = label.ids()[at];
                labels.add(wanted);
                if (wanted != Batch.IGNORED) {
                    sum -= log(p[at * vocabulary + wanted]);
                    hit += best(p, at * vocabulary, vocabulary) == wanted ? 1 : 0;
                }
            }
            right += hit;
            if (!labels.isEmpty()) {
                boolean copied = source(batch, b).equals(labels.subList(0, labels.size() - 1));
                written.add(new Written(List.copyOf(labels), hit == labels.size(), copied));
            }
        }
        return new Tally(written, sum, right);
    }

    private static double log(float p) {
        return Float.isNaN(p) ? Double.NaN : Math.log(Math.max(p, LanguageModelScorer.LEAST_PROBABILITY));
    }

    private static int best(float[] p, int from, int vocabulary) {
        int best = 0;
        for (int v = 1; v < vocabulary; v++) {
            best = p[from + v] > p[from + best] ? v : best;
        }
        return best;
    }

    /** Returns the tokens of a source, its frame left out: what the target's start and end are. */
    private static List<Integer> source(Batch batch, int b) {
        Column source = batch.inputs().get(Batch.SOURCE);
        int length = source.size(1);
        List<Integer> ids = new ArrayList<>();
        for (int t = 0; t < length && source.mask()[b * length + t]; t++) {
            ids.add(source.ids()[b * length + t]);
        }
        int[] row = Arrays.copyOfRange(batch.label().ids(), b * batch.length(), (b + 1) * batch.length());
        int last = row.length - 1;
        while (last > 0 && row[last] == Batch.IGNORED) {
            last--;
        }
        int start = batch.input().ids()[b * batch.length()];
        int end = row[last];
        if (!ids.isEmpty() && ids.get(0) == start) {
            ids.remove(0);
        }
        if (!ids.isEmpty() && ids.get(ids.size() - 1) == end) {
            ids.remove(ids.size() - 1);
        }
        return ids;
    }

    @Override
    public void add(Tally part) {
        rows.addAll(part.rows());
        loss += part.loss();
        hits += part.hits();
        for (Written row : part.rows()) {
            for (int token : row.labels()) {
                if (token != Batch.IGNORED) {
                    tokens.merge(token, 1L, Long::sum);
                }
            }
        }
    }

    @Override
    public Evaluation evaluation() {
        long n = tokens.values().stream().mapToLong(Long::longValue).sum();
        if (n == 0) {
            throw new IllegalArgumentException("the evaluation data must have a target; tokens=0");
        }
        if (!Double.isFinite(loss)) {
            return new Evaluation("loss", false, Map.of("loss", Double.NaN), Map.of(), 0);
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", loss / n);
        figures.put("perplexity", Math.exp(loss / n));
        figures.put("accuracy", (double) hits / n);
        figures.put(
                "sequenceAccuracy", share(rows.stream().filter(Written::right).count()));
        figures.put(
                "sequenceAccuracyOfCopying",
                share(rows.stream().filter(Written::copied).count()));
        figures.put("sequenceAccuracyOfMostFrequent", share(mostFrequent()));
        double entropy = 0;
        for (long count : tokens.values()) {
            entropy -= (double) count / n * Math.log((double) count / n);
        }
        return new Evaluation("loss", false, figures, Map.of("targetFrequencies", entropy), n);
    }

    private double share(long count) {
        return (double) count / rows.size();
    }

    private long mostFrequent() {
        Map<List<Integer>, Long> counts = new HashMap<>();
        for (Written row : rows) {
            if (!row.labels().contains(Batch.IGNORED)) {
                counts.merge(row.labels(), 1L, Long::sum);
            }
        }
        return counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }
}
