package io.github.performer4j.core.draw;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.RedrawSchedule;
import io.github.performer4j.kernels.math.CounterRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The projection W of a layer, [draws(M),D], shared by its heads: a function of (seed, layer, ⌊iteration / interval⌋) and of nothing else.
 *
 * @param map the feature map that asks for it
 * @param projection how rows are drawn
 * @param features columns M of the map
 * @param headSize D
 * @param redraw when a new one is drawn
 */
public record ProjectionDraw(FeatureMap map, Projection projection, int features, int headSize, RedrawSchedule redraw)
        implements Draw {
    private static final long SITE = -2; // apart from the dropout masks, whose sites are not negative

    /** Returns how the W of attention is drawn; null for a feature map without projection. */
    public static ProjectionDraw of(AttentionOptions o, int headSize) {
        int draws = o.featureMap().draws(o.features());
        return draws == 0
                ? null
                : new ProjectionDraw(o.featureMap(), o.projection(), o.features(), headSize, o.redraw());
    }

    @Override
    public long[] shape() {
        return new long[] {map.draws(features), headSize};
    }

    @Override
    public INDArray draw(Key key, DataType type) {
        long seed = CounterRandom.mix(key.seed(), key.layer(), redraw.index(key.iteration()), SITE);
        return Nd4j.create(map.draw(projection, features, headSize, seed)).castTo(type);
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public Object relevant(Key key) {
        return new Key(key.seed(), key.layer(), redraw.index(key.iteration()), 0);
    }
}
