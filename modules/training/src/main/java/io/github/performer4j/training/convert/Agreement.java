package io.github.performer4j.training.convert;

import io.github.performer4j.checkpoint.PerformerModel;
import java.util.Arrays;
import java.util.List;

/**
 * How alike two models' vectors of the same texts are, a cosine each; {@link PerformerModel#embed(int...)} gives them.
 *
 * @param texts how many
 * @param mean of the cosines
 * @param low the cosine that one text in twenty falls below
 */
public record Agreement(int texts, double mean, double low) {
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
        double[] cosines = texts.stream()
                .mapToDouble(ids -> cosine(a.embed(ids), b.embed(ids)))
                .sorted()
                .toArray();
        return new Agreement(
                cosines.length, Arrays.stream(cosines).average().orElseThrow(), cosines[cosines.length / 20]);
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
