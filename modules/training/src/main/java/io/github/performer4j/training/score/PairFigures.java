package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Retrieval with in-batch negatives: in a pool of n pairs, query i looks for its own partner i among all n candidates.
 *
 * <p>With g candidates more similar than the right one and t others exactly as similar, its rank is any of g+1 …
 * g+t+1, each as likely; the figures are means over that draw, so a constant similarity is worth what chance is, in
 * whatever order candidates stand:
 *
 * <pre>
 * recall@k              Σ min(1, max(0, k − g) / (t + 1)) / queries
 * mean reciprocal rank  Σ (1/(g+1) + … + 1/(g+t+1)) / (t + 1) / queries
 * </pre>
 *
 * <p>The figures depend on the pool's size: baselines say what chance gives. Turn the arguments round to look for
 * queries by candidates. Memory does not grow; a pool of n pairs of width E takes {@code O(n² E)}.
 */
public final class PairFigures {
    private static final int[] DEPTHS = {1, 10};

    private final double[] recall = new double[DEPTHS.length];
    private final double[] chanceRecall = new double[DEPTHS.length];
    private double reciprocal;
    private double chanceReciprocal;
    private long count;

    /**
     * Adds a pool by its similarities.
     *
     * @param similarities {@code [n,n] float32}: row i is query i, column j candidate j, the right ones on the diagonal
     * @throws IllegalArgumentException if it is empty, not square, or a value is NaN; nothing is added then
     */
    public void addSimilarities(float[][] similarities) {
        int n = similarities.length;
        Rule.that(n > 0, "a pool must have pairs", "pairs", n);
        for (int i = 0; i < n; i++) {
            Rule.that(
                    similarities[i].length == n,
                    "similarities must be square",
                    "rows",
                    n,
                    "row",
                    i,
                    "columns",
                    similarities[i].length);
            for (int j = 0; j < n; j++) {
                Rule.that(!Float.isNaN(similarities[i][j]), "similarities must be numbers", "row", i, "column", j);
            }
        }
        for (int i = 0; i < n; i++) {
            double[] row = new double[n];
            for (int j = 0; j < n; j++) {
                row[j] = similarities[i][j];
            }
            addQuery(i, row);
        }
    }

    /**
     * Adds a pool by its embeddings; similarity is their inner product, summed in float64 (scale them to length 1
     * first for the cosine).
     *
     * @param queries {@code [n,E] float32}
     * @param candidates {@code [n,E] float32}, row i the right one for query i
     * @throws IllegalArgumentException if it is empty, shapes differ, or a value is not finite; nothing is added then
     */
    public void addEmbeddings(float[][] queries, float[][] candidates) {
        int n = queries.length;
        Rule.that(n > 0, "a pool must have pairs", "pairs", n);
        Rule.that(
                candidates.length == n,
                "there must be a candidate for each query",
                "queries",
                n,
                "candidates",
                candidates.length);
        for (int i = 0; i < n; i++) {
            finite("query", i, queries[i], queries[0].length);
            finite("candidate", i, candidates[i], queries[0].length);
        }
        for (int i = 0; i < n; i++) {
            double[] row = new double[n];
            for (int j = 0; j < n; j++) {
                for (int e = 0; e < queries[i].length; e++) {
                    row[j] += (double) queries[i][e] * candidates[j][e];
                }
            }
            addQuery(i, row);
        }
    }

    /** Returns the figures of this one's pools and the other's. */
    public PairFigures plus(PairFigures other) {
        PairFigures sum = new PairFigures();
        for (int k = 0; k < DEPTHS.length; k++) {
            sum.recall[k] = recall[k] + other.recall[k];
            sum.chanceRecall[k] = chanceRecall[k] + other.chanceRecall[k];
        }
        sum.reciprocal = reciprocal + other.reciprocal;
        sum.chanceReciprocal = chanceReciprocal + other.chanceReciprocal;
        sum.count = count + other.count;
        return sum;
    }

    /** Returns the number of queries. */
    public long count() {
        return count;
    }

    /** Returns {@code recallAt1, recallAt10, meanReciprocalRank}; null if nothing was counted. */
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int k = 0; k < DEPTHS.length; k++) {
            figures.put("recallAt" + DEPTHS[k], mean(recall[k]));
        }
        figures.put("meanReciprocalRank", mean(reciprocal));
        return figures;
    }

    /**
     * Returns {@code chanceRecallAt1, chanceRecallAt10, chanceMeanReciprocalRank} of a random order of the same
     * pools; null if nothing was counted.
     */
    public Map<String, Double> baselines() {
        return rules().flat();
    }

    /** Returns rule → its value of one figure, as {@link #baselines()}; empty if no rule has it, or it is undefined. */
    public Map<String, Double> baselines(String figure) {
        return rules().of(figure);
    }

    private Baselines rules() {
        Baselines baselines = new Baselines();
        for (int k = 0; k < DEPTHS.length; k++) {
            baselines.put("chance", "recallAt" + DEPTHS[k], mean(chanceRecall[k]));
        }
        return baselines.put("chance", "meanReciprocalRank", mean(chanceReciprocal));
    }

    private void addQuery(int right, double... similarities) {
        int above = 0;
        int equal = -1; // the right one is as similar as itself
        for (double similarity : similarities) {
            above += similarity > similarities[right] ? 1 : 0;
            equal += similarity == similarities[right] ? 1 : 0;
        }
        addPlace(above, equal, similarities.length - 1);
    }

    /**
     * Adds a query by the place of its partner.
     *
     * @param above g, candidates that are more similar
     * @param equal t, others that are as similar
     * @param others all candidates but the partner
     */
    public void addPlace(int above, int equal, int others) {
        for (int k = 0; k < DEPTHS.length; k++) {
            recall[k] += recall(DEPTHS[k], above, equal);
            chanceRecall[k] += recall(DEPTHS[k], 0, others);
        }
        reciprocal += reciprocal(above, equal);
        chanceReciprocal += reciprocal(0, others);
        count++;
    }

    private static double recall(int depth, int above, int equal) {
        return Math.min(1, Math.max(0, depth - above) / (equal + 1.0));
    }

    private static double reciprocal(int above, int equal) {
        double sum = 0;
        for (int rank = above + 1; rank <= above + equal + 1; rank++) {
            sum += 1.0 / rank;
        }
        return sum / (equal + 1.0);
    }

    private Double mean(double sum) {
        return count > 0 ? (Double) (sum / count) : null;
    }

    private static void finite(String side, int row, float[] values, int width) {
        Rule.that(
                values.length == width,
                "embeddings must be of one width",
                side,
                row,
                "width",
                values.length,
                "first",
                width);
        for (int e = 0; e < width; e++) {
            Rule.that(
                    Float.isFinite(values[e]),
                    "embeddings must be finite",
                    side,
                    row,
                    "dimension",
                    e,
                    "value",
                    values[e]);
        }
    }
}
