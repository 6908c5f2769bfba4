package io.github.performer4j.core.layer;

import io.github.performer4j.core.feature.Frame;
import io.github.performer4j.core.feature.FramedFeatures;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.FeatureFrames;
import io.github.performer4j.kernels.FloatBlock;
import io.github.performer4j.kernels.Heads;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.Matrix;

/** The {@link Frame}s of a pass: moments of all heads by kernels, then a frame for each head in double arithmetic. */
final class FusedFrames {
    private final FusedPass pass;
    private final FramedFeatures map;
    private final int headSize;
    private final double scale;

    FusedFrames(FusedPass pass, FramedFeatures map, int headSize, double scale) {
        this.pass = pass;
        this.map = map;
        this.headSize = headSize;
        this.scale = scale;
    }

    /** Returns the frames of a layer, as they are in its memory. */
    FeatureFrames last(int heads, int features) {
        long each = FeatureFrames.length(features, headSize, map.ownCoordinates());
        FloatBlock block = pass.block(Part.FRAMES, each * pass.batch * heads);
        return new FeatureFrames(block, features, headSize, map.ownCoordinates());
    }

    /** Chooses the frames and writes them into the layer's memory. */
    void choose(Heads q, Heads k, Matrix w) {
        FeatureFrames frames = last(q.heads(), w.rows());
        double[][] rows = rows(w);
        int n = q.batch() * q.heads();
        Matrix first = map.looksAhead() ? moments(Part.MOMENTS_Q, q) : null;
        Matrix second = map.looksAhead() ? moments(Part.MOMENTS_K, k) : null;
        Moments none = Moments.none(headSize);
        pass.kernels.tasks(n, i -> {
            Frame frame =
                    map.frame(first == null ? none : read(first, i), second == null ? none : read(second, i), rows);
            write(frame, frames, i);
        });
    }

    private Matrix moments(Part part, Heads x) {
        int length = Kernels.momentsLength(headSize);
        Matrix out = FusedMemory.phase().matrix(part, x.batch() * x.heads(), length);
        pass.kernels.moments(x, pass.mask, out);
        return out;
    }

    /** Returns the moments of scaled rows. */
    private Moments read(Matrix sums, int index) {
        float[] values = new float[sums.columns()];
        sums.block().read(sums.at(index), values, 0, values.length);
        long count = (long) values[0];
        double[] mean = new double[headSize];
        double[] second = new double[headSize * headSize];
        for (int i = 0; i < mean.length && count > 0; i++) {
            mean[i] = scale * values[1 + i] / count;
        }
        for (int i = 0; i < second.length && count > 0; i++) {
            second[i] = scale * scale * values[1 + headSize + i] / count;
        }
        return new Moments(count, mean, second);
    }

    private void write(Frame frame, FeatureFrames frames, int index) {
        Matrix w = frames.w(index);
        for (int i = 0; i < frame.w().length; i++) {
            write(frame.w()[i], w, i);
        }
        write(frame.constants(), frames.constants(index), 0);
        if (frames.coordinates()) {
            coordinates(frame.queryCoordinates(), frames.queryCoordinates(index));
            coordinates(frame.keyCoordinates(), frames.keyCoordinates(index));
        }
    }

    private void coordinates(double[] s, Matrix out) {
        double[] row = new double[headSize];
        for (int i = 0; i < headSize; i++) {
            for (int j = 0; j < headSize; j++) {
                row[j] = s == null ? (i == j ? 1 : 0) : s[i * headSize + j];
            }
            write(row, out, i);
        }
    }

    private static void write(double[] row, Matrix out, int number) {
        float[] values = new float[row.length];
        for (int j = 0; j < row.length; j++) {
            values[j] = (float) row[j];
        }
        out.block().write(out.at(number), values, 0, values.length);
    }

    private static double[][] rows(Matrix w) {
        double[][] rows = new double[w.rows()][w.columns()];
        for (int i = 0; i < w.rows(); i++) {
            for (int j = 0; j < w.columns(); j++) {
                rows[i][j] = w.get(i, j);
            }
        }
        return rows;
    }
}
