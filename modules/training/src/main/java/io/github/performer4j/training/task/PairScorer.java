package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.training.score.PairFigures;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Figures of pairs: how often the partner of a text is found among the second texts of its batch ({@link PairFigures}), and the contrastive loss. Batches of evaluation are made the same way every time, so figures
 * of equal data and equal {@code data.tokensPerBatch} can be compared; larger batches are harder.
 */
final class PairScorer implements Scorer<PairScorer.Pool> {
    private static final String PRIMARY = "recallAt1";

    private final PairFigures figures = new PairFigures();
    private double loss;
    private long rows;

    /**
     * The pairs of a batch.
     *
     * @param similarities logarithms of probabilities [n,n] of each second text to be a first one's partner
     * @param loss sum over all rows
     */
    record Pool(float[][] similarities, double loss) implements Serializable {}

    @Override
    public Pool part(INDArray output, Batch batch) {
        int rows = batch.size();
        float[] p = output.dup('c').data().asFloat(); // [2n,1,2n]
        float[][] similarities = new float[rows / 2][rows / 2];
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            sum -= log(p[i * rows + batch.label().ids()[i]]);
        }
        for (int i = 0; i < rows / 2; i++) {
            for (int j = 0; j < rows / 2; j++) {
                similarities[i][j] = (float) log(p[2 * i * rows + 2 * j + 1]);
            }
        }
        return new Pool(similarities, sum);
    }

    private static double log(float p) {
        return Float.isNaN(p) ? Double.NaN : Math.log(Math.max(p, Float.MIN_NORMAL));
    }

    @Override
    public void add(Pool part) {
        loss += part.loss();
        rows += 2L * part.similarities().length;
        if (Double.isFinite(loss)) {
            figures.addSimilarities(part.similarities());
        }
    }

    @Override
    public Evaluation evaluation() {
        if (rows == 0) {
            throw new IllegalArgumentException("the evaluation data must have two pairs that share a batch; pairs=0");
        }
        if (!Double.isFinite(loss)) {
            return new Evaluation(PRIMARY, true, Map.of(PRIMARY, Double.NaN), Map.of(), 0);
        }
        Map<String, Double> all = new LinkedHashMap<>(figures.figures());
        all.put("loss", loss / rows);
        return new Evaluation(PRIMARY, true, all, figures.baselines(PRIMARY), figures.count());
    }
}
