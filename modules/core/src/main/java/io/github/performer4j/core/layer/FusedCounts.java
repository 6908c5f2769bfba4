package io.github.performer4j.core.layer;

import io.github.performer4j.core.feature.DiscreteFeatures;
import io.github.performer4j.core.feature.DiscreteFrame;
import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.CountFrames;
import io.github.performer4j.kernels.Heads;
import io.github.performer4j.kernels.Matrix;

/** The {@link DiscreteFrame}s of a pass, one for each batch item and head, in double arithmetic. */
final class FusedCounts implements FusedFitting {
    private final FusedPass pass;
    private final DiscreteFeatures map;
    private final int sets;
    private final int headSize;
    private final double scale;

    FusedCounts(FusedPass pass, DiscreteFeatures map, int heads, int headSize, double scale) {
        this.pass = pass;
        this.map = map;
        this.sets = pass.batch * heads;
        this.headSize = headSize;
        this.scale = scale;
    }

    @Override
    public CountFrames last(int features) {
        return new CountFrames(
                pass.block(Part.FRAMES, CountFrames.length(features, headSize) * sets), features, headSize);
    }

    @Override
    public void choose(Heads q, Heads k, Matrix w) {
        CountFrames frames = last(w.rows());
        double[][] uniforms = DoubleRows.of(w);
        pass.kernels.tasks(sets, i -> {
            DiscreteFrame frame = map.frame(
                    DoubleRows.visible(q, pass.queries().mask, i, scale),
                    DoubleRows.visible(k, pass.mask, i, scale),
                    uniforms);
            DoubleRows.write(frame.counts(), frames.w(i));
            DoubleRows.write(frame.constants(), frames.constants(i), 0);
            DoubleRows.write(frame.shift(), frames.shift(i), 0);
            frames.inverseUnit(i).set(0, 0, (float) (1 / frame.unit()));
        });
    }
}
