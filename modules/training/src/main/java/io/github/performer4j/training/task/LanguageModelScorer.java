package io.github.performer4j.training.task;

import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.rows.Batch;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Figures of a language model. With N predicted tokens t_i, true left neighbours l_i and the model's probabilities p_i,
 *
 * <pre>
 * loss             = −(1/N) Σ log p_i(t_i)
 * perplexity       = e^loss
 * accuracy         = share of the tokens whose most probable one is the right one
 * bitsPerDimension = loss / ln 2                  of pixels
 * baseline order0  = −(1/N) Σ log P(t_i)
 * baseline order1  = −(1/N) Σ log P(t_i | l_i)
 * </pre>
 *
 * where P are the training side's smoothed frequencies ({@link TokenCounts}).
 */
final class LanguageModelScorer implements Scorer<LanguageModelScorer.Tally> {
    /** A probability that underflowed to zero in float32 counts as this one. */
    static final double LEAST_PROBABILITY = Float.MIN_VALUE;

    private static final double LN2 = Math.log(2);

    private final TokenCounts counts;
    private final boolean bits;
    private Tally sum = new Tally(0, 0, 0, 0, 0);

    /**
     * Begins.
     *
     * @param counts token counts of the training side; null where they are not known, as of imported models: then there are no baselines
     * @param bits whether the primary figure is bits per dimension rather than nats
     */
    LanguageModelScorer(TokenCounts counts, boolean bits) {
        this.counts = counts;
        this.bits = bits;
    }

    /** Sums over predicted tokens. */
    record Tally(double loss, long hits, long tokens, double order0, double order1) implements Serializable {
        Tally plus(Tally other) {
            return new Tally(
                    loss + other.loss,
                    hits + other.hits,
                    tokens + other.tokens,
                    order0 + other.order0,
                    order1 + other.order1);
        }
    }

    @Override
    public Tally part(INDArray output, Batch batch) {
        int[] labels = batch.label().ids();
        int[] left = batch.extras().get(Batch.LEFT).ids();
        int rows = labels.length;
        int vocabulary = (int) (output.length() / rows);
        float[] probabilities = output.dup('c').data().asFloat();
        double loss = 0;
        double order0 = 0;
        double order1 = 0;
        long hits = 0;
        long tokens = 0;
        for (int row = 0; row < rows; row++) {
            int label = labels[row];
            if (label == Batch.IGNORED) {
                continue;
            }
            int offset = row * vocabulary;
            float p = probabilities[offset + label];
            loss -= Float.isNaN(p) ? Double.NaN : Math.log(Math.max(p, LEAST_PROBABILITY));
            hits += best(probabilities, offset, vocabulary) == label ? 1 : 0;
            if (counts != null) {
                order0 -= counts.logOrder0(label);
                order1 -= counts.logOrder1(left[row], label);
            }
            tokens++;
        }
        return new Tally(loss, hits, tokens, order0, order1);
    }

    private static int best(float[] values, int offset, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (values[offset + i] > values[offset + best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void add(Tally part) {
        sum = sum.plus(part);
    }

    @Override
    public Evaluation evaluation() {
        if (sum.tokens() == 0) {
            throw new IllegalArgumentException("the evaluation data must have a token to predict; tokens=0");
        }
        double n = sum.tokens();
        double unit = bits ? LN2 : 1;
        double loss = sum.loss() / n;
        Map<String, Double> figures = new LinkedHashMap<>();
        if (bits) {
            figures.put("bitsPerDimension", loss / LN2);
        }
        figures.put("loss", loss);
        if (!bits) {
            figures.put("perplexity", Math.exp(loss));
        }
        figures.put("accuracy", sum.hits() / n);
        Map<String, Double> baselines = new LinkedHashMap<>();
        if (counts != null) {
            baselines.put("order0", sum.order0() / n / unit);
            baselines.put("order1", sum.order1() / n / unit);
        }
        return new Evaluation(bits ? "bitsPerDimension" : "loss", false, figures, baselines, sum.tokens());
    }
}
