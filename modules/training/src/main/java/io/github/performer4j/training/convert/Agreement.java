package io.github.performer4j.training.convert;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.training.score.NumberFigure;
import java.util.Arrays;
import java.util.List;

/**
 * How alike two models' vectors of the same texts are ({@link PerformerModel#embed(int...)} gives them): text by text, and in the order of all pairs of texts by similarity, which is what a search needs.
 *
 * @param texts how many
 * @param mean of the cosines of the two vectors of a text
 * @param low the cosine that one text in twenty falls below
 * @param order Spearman's correlation of both models' cosines over all pairs of texts; null where it is not defined, as for two texts
 */
public record Agreement(int texts, double mean, double low, Double order) {
    private static final int FOR_ORDER = 3;

    /**
     * Measures.
     *
     * @param texts token ids of each, none of them empty
     * @throws IllegalArgumentException if there is no text
     */
    public static Agreement of(PerformerModel a, PerformerModel b, List<int[]> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("an agreement needs a text; texts=0");
        }
        float[][] x = texts.stream().map(a::embed).toArray(float[][]::new);
        float[][] y = texts.stream().map(b::embed).toArray(float[][]::new);
        double[] cosines = new double[x.length];
        Arrays.setAll(cosines, i -> cosine(x[i], y[i]));
        Arrays.sort(cosines);
        return new Agreement(
                cosines.length,
                Arrays.stream(cosines).average().orElseThrow(),
                cosines[cosines.length / 20],
                x.length < FOR_ORDER
                        ? null
                        : NumberFigure.of(pairs(x), pairs(y)).spearman());
    }

    /** Returns the cosine of each pair. */
    private static float[] pairs(float[][] x) {
        float[] all = new float[x.length * (x.length - 1) / 2];
        int n = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < i; j++) {
                all[n++] = (float) cosine(x[i], x[j]);
            }
        }
        return all;
    }

    static double cosine(float[] x, float[] y) {
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            xx += (double) x[i] * x[i];
            yy += (double) y[i] * y[i];
            xy += (double) x[i] * y[i];
        }
        return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
    }
}
