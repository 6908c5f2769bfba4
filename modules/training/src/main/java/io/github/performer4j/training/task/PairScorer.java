package io.github.performer4j.training.task;

import io.github.performer4j.core.loss.Candidates;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.training.score.PairFigures;
import io.github.performer4j.training.score.PairPool;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Figures of pairs: how often the second text of a held-out pair is found by its first one among the second texts of all held-out pairs ({@link PairFigures}), and the cross-entropy of that at the task's temperature.
 * Beside them the same by a bag of tokens ({@link PairPool#ofBags}). A pool's figures do not depend on how it is cut into batches; larger pools are harder.
 */
final class PairScorer implements Scorer<PairScorer.Some> {
    private static final String PRIMARY = "recallAt1";
    private static final int LABEL = 3;

    private final double temperature;
    private final Map<Integer, Double> bags;
    private final PairPool pool = new PairPool();
    private boolean finite = true;

    /**
     * Makes a scorer of one evaluation.
     *
     * @param temperature τ of the cross-entropy
     * @param bags number of pairs → what bags of tokens find, kept for further evaluations of the same pairs
     */
    PairScorer(double temperature, Map<Integer, Double> bags) {
        this.temperature = temperature;
        this.bags = bags;
    }

    /**
     * The pairs of a batch.
     *
     * @param first [n,E] vectors of first texts
     * @param second [n,E] of their partners
     * @param firstIds [n] tokens of first texts, with their frame
     * @param secondIds [n] of their partners
     */
    record Some(float[][] first, float[][] second, int[][] firstIds, int[][] secondIds) implements Serializable {}

    @Override
    public Some part(INDArray output, Batch batch) {
        int[] labels = batch.label().ids();
        int n = 0;
        while (LABEL * 2 * n < labels.length && labels[LABEL * 2 * n + 2] == Candidates.FIRST_TEXT) {
            n++;
        }
        Some some = new Some(new float[n][], new float[n][], new int[n][], new int[n][]);
        float[] z = output.dup('c').data().asFloat(); // [B,1,E]
        int width = Math.toIntExact(output.size(2));
        for (int i = 0; i < n; i++) {
            some.first[i] = vector(z, 2 * i, width);
            some.second[i] = vector(z, 2 * i + 1, width);
            some.firstIds[i] = tokens(batch, 2 * i);
            some.secondIds[i] = tokens(batch, 2 * i + 1);
        }
        return some;
    }

    private static float[] vector(float[] z, int row, int width) {
        return Arrays.copyOfRange(z, row * width, (row + 1) * width);
    }

    private static int[] tokens(Batch batch, int row) {
        int length = batch.length();
        return IntStream.range(row * length, (row + 1) * length)
                .filter(at -> batch.input().mask()[at])
                .map(at -> batch.input().ids()[at])
                .toArray();
    }

    @Override
    public void add(Some part) {
        for (int i = 0; i < part.first().length; i++) {
            finite &= finite(part.first()[i]) && finite(part.second()[i]);
            pool.add(part.first()[i], part.second()[i], part.firstIds()[i], part.secondIds()[i]);
        }
    }

    private static boolean finite(float... values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Evaluation evaluation() {
        if (pool.size() < 2) {
            throw new IllegalArgumentException(
                    "the evaluation data must have two pairs, one to be told from the other; pairs=" + pool.size());
        }
        if (!finite) {
            return new Evaluation(PRIMARY, true, Map.of(PRIMARY, Double.NaN), Map.of(), 0);
        }
        PairFigures figures = new PairFigures();
        double loss = pool.ofVectors(figures, temperature);
        Map<String, Double> all = new LinkedHashMap<>(figures.figures());
        all.put("loss", loss);
        Map<String, Double> baselines = new LinkedHashMap<>(figures.baselines(PRIMARY));
        baselines.put("bag of tokens", bags.computeIfAbsent(pool.size(), n -> byBags()));
        return new Evaluation(PRIMARY, true, all, baselines, figures.count());
    }

    private double byBags() {
        PairFigures figures = new PairFigures();
        pool.ofBags(figures);
        return figures.figures().get(PRIMARY);
    }
}
