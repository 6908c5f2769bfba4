package io.github.performer4j.core.layer;

import io.github.performer4j.core.feature.Choice;
import io.github.performer4j.core.feature.Features;
import io.github.performer4j.core.feature.FittedFeatures;
import io.github.performer4j.core.feature.FittedRows;
import io.github.performer4j.core.feature.PlainFeatures;
import io.github.performer4j.core.feature.Seen;
import io.github.performer4j.core.feature.Sight;
import io.github.performer4j.kernels.attention.FeatureFrames;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.Frames;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A fitted map of somebody else's, in one class: positive features in coordinates {@code S = diag(√(max|y_l| / max|x_l|))}, keys S⁻¹, that make queries x and keys y spread alike. It looks at rows and takes the
 * kernels' frames of exponential features.
 */
public record SpreadFeatures() implements FittedFeatures {
    @Override
    public Sight sight() {
        return Sight.ROWS;
    }

    @Override
    public List<int[]> parts(int columns, int d) {
        return List.of(new int[] {columns, d}, new int[] {1, columns}, new int[] {d, d}, new int[] {d, d});
    }

    @Override
    public Choice choose(Seen queries, Seen keys, double[][] w) {
        double[] s = factors(queries.rows(), keys.rows(), w[0].length);
        double[] rows = Arrays.stream(w).flatMapToDouble(Arrays::stream).toArray();
        return Choice.of(rows, new double[w.length], diagonal(s, 1), diagonal(s, -1));
    }

    private static double[] factors(double[][] queries, double[][] keys, int d) {
        double[] s = new double[d];
        for (int l = 0; l < d; l++) {
            double factor = Math.sqrt(largest(keys, l) / largest(queries, l));
            s[l] = factor > 0 && factor < Double.POSITIVE_INFINITY ? factor : 1;
        }
        return s;
    }

    private static double largest(double[][] rows, int l) {
        return Arrays.stream(rows).mapToDouble(row -> Math.abs(row[l])).max().orElse(0);
    }

    private static double[] diagonal(double[] s, int power) {
        double[] matrix = new double[s.length * s.length];
        for (int l = 0; l < s.length; l++) {
            matrix[l * (s.length + 1)] = Math.pow(s[l], power);
        }
        return matrix;
    }

    @Override
    public Features define(FittedRows rows) {
        SDVariable y = rows.sd().mmul(rows.x(), rows.parts().get(rows.queries() ? 2 : 3));
        SDVariable wy = rows.sd().mmul(y, rows.parts().get(0), false, true, false);
        return new Features(wy.sub(rows.sd().sum(y.mul(y), true, 2).mul(0.5)), null, null);
    }

    @Override
    public Frames frames(Memory memory, int columns, int headSize) {
        return new FeatureFrames(memory.frames(), columns, headSize, true, memory.sets());
    }

    @Override
    public Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.of(new FeatureKernel.Positive((float) inputScale(headSize, features), 0));
    }

    @Override
    public PlainFeatures plain(double[][] w, double[][] queries, double[][] keys) {
        double[] s = factors(queries, keys, w[0].length);
        return new PlainFeatures(x -> features(x, s, 1, w), y -> features(y, s, -1, w));
    }

    private static double[] features(double[] x, double[] s, int power, double[][] w) {
        double[] phi = new double[w.length];
        for (int i = 0; i < phi.length; i++) {
            double log = 0;
            for (int l = 0; l < x.length; l++) {
                double y = x[l] * Math.pow(s[l], power);
                log += w[i][l] * y - y * y / 2;
            }
            phi[i] = Math.exp(log) / Math.sqrt(w.length);
        }
        return phi;
    }

    @Override
    public double epsilon() {
        return 0;
    }
}
