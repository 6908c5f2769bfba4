package io.github.performer4j.core.layer;

import io.github.performer4j.core.feature.Frame;
import io.github.performer4j.core.feature.FramedFeatures;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.FeatureFrames;
import io.github.performer4j.kernels.FloatBlock;
import io.github.performer4j.kernels.Heads;
import io.github.performer4j.kernels.Matrix;

/**
 * The {@link Frame}s of a pass, in double arithmetic: one for each batch item and head, from moments that kernels take; one for each head, from those that the
 * layer keeps; or one for all, of a map without statistics.
 */
final class FusedFrames implements FusedFitting {
    private final FusedPass pass;
    private final FramedFeatures map;
    private final int heads;
    private final int headSize;
    private final double scale;
    private final Matrix kept; // [H,2(1+D+D²)], or null

    FusedFrames(FusedPass pass, FramedFeatures map, int heads, int headSize, double scale) {
        this.pass = pass;
        this.map = map;
        this.heads = heads;
        this.headSize = headSize;
        this.scale = scale;
        this.kept = pass.parameter(KeptStatistics.NAME);
    }

    private int sets() {
        return !map.looksAhead() ? 1 : kept != null ? heads : pass.batch * heads;
    }

    @Override
    public FeatureFrames last(int features) {
        long each = FeatureFrames.length(features, headSize, map.ownCoordinates());
        FloatBlock block = pass.block(Part.FRAMES, each * sets());
        return new FeatureFrames(block, features, headSize, map.ownCoordinates(), sets());
    }

    @Override
    public void choose(Heads q, Heads k, Matrix w) {
        FeatureFrames frames = last(w.rows());
        double[][] rows = DoubleRows.of(w);
        boolean own = map.looksAhead() && kept == null;
        FusedMoments first = own ? FusedMoments.of(pass.queries(), Part.MOMENTS_Q, q) : null;
        FusedMoments second = own ? FusedMoments.of(pass, Part.MOMENTS_K, k) : null;
        pass.kernels.tasks(sets(), i -> {
            Moments queries = own ? moments(first.row(i), 0) : kept(i, 0);
            Moments keys = own ? moments(second.row(i), 0) : kept(i, 1);
            write(map.frame(queries, keys, rows), frames, i);
        });
    }

    private Moments kept(int head, int which) {
        return map.looksAhead()
                ? moments(DoubleRows.row(kept, head), which * Moments.sumsLength(headSize))
                : Moments.none(headSize);
    }

    private Moments moments(double[] sums, int at) {
        return Moments.ofSums(sums, at, headSize, scale);
    }

    private void write(Frame frame, FeatureFrames frames, int index) {
        DoubleRows.write(frame.w(), frames.w(index));
        DoubleRows.write(frame.constants(), frames.constants(index), 0);
        if (frames.coordinates()) {
            coordinates(frame.queryCoordinates(), frames.queryCoordinates(index));
            coordinates(frame.keyCoordinates(), frames.keyCoordinates(index));
        }
    }

    private void coordinates(double[] s, Matrix out) {
        if (s != null) {
            DoubleRows.write(s, out);
            return;
        }
        double[] unit = new double[headSize * headSize];
        for (int i = 0; i < headSize; i++) {
            unit[i * (headSize + 1)] = 1;
        }
        DoubleRows.write(unit, out);
    }
}
