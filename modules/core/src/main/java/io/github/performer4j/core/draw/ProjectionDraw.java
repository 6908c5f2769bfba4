package io.github.performer4j.core.draw;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.RedrawSchedule;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The projection W of a layer, [draws(M),D], shared by its heads: a function of (seed, layer, ⌊iteration / interval⌋) and of nothing else; in a layer that holds a stack of blocks of the block, too.
 *
 * @param map the feature map that asks for it
 * @param projection how rows are drawn
 * @param features columns M of the map
 * @param headSize D
 * @param redraw when a new one is drawn
 * @param block number of the block in a stack, from 1; 0 for a layer's own attention
 */
public record ProjectionDraw(
        FeatureMap map, Projection projection, int features, int headSize, RedrawSchedule redraw, int block)
        implements Draw {
    private static final long SITE = -2; // apart from the dropout masks, whose sites are not negative
    private static final Pattern BLOCK = Pattern.compile("block(\\d+)\\..*");

    /** Returns what stands before the names of a block's parameters in a layer that holds a stack; blocks count from 0. */
    public static String scope(int block) {
        return "block" + block + ".";
    }

    /**
     * Returns how the W of attention is drawn; null for a feature map without projection.
     *
     * @param scope stands before the names of the attention's parameters: each {@linkplain #scope block of a stack} has draws of its own, all else of a layer the same ones
     */
    public static ProjectionDraw of(AttentionOptions o, int headSize, String scope) {
        if (o.featureMap().draws(o.features()) == 0) {
            return null;
        }
        Matcher in = BLOCK.matcher(scope);
        int block = in.matches() ? 1 + Integer.parseInt(in.group(1)) : 0;
        return new ProjectionDraw(o.featureMap(), o.projection(), o.features(), headSize, o.redraw(), block);
    }

    @Override
    public long[] shape() {
        return new long[] {map.draws(features), headSize};
    }

    @Override
    public INDArray draw(Key key, DataType type) {
        long index = redraw.index(key.iteration());
        long seed = block == 0
                ? CounterRandom.mix(key.seed(), key.layer(), index, SITE)
                : CounterRandom.mix(key.seed(), key.layer(), index, SITE, block);
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
