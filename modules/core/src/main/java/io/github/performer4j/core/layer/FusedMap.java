package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.ClusteredFeatures;
import io.github.performer4j.core.feature.DiscreteFeatures;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FramedFeatures;
import io.github.performer4j.kernels.FeatureKernel;
import io.github.performer4j.kernels.Frames;
import io.github.performer4j.kernels.Heads;
import io.github.performer4j.kernels.LinearAttentionSpec;
import io.github.performer4j.kernels.Matrix;

/** A layer's feature map in a pass: its kernel, W, and what it is fitted to. */
final class FusedMap {
    private final FusedPass pass;
    private final AttentionOptions options;
    private final int headSize;

    FusedMap(FusedPass pass, AttentionOptions options, int headSize) {
        this.pass = pass;
        this.options = options;
        this.headSize = headSize;
    }

    /**
     * Returns what attention computes.
     *
     * @param forward whether frames are to be chosen; else those of the forward pass count
     */
    LinearAttentionSpec spec(Heads q, Heads k, Heads v, boolean forward) {
        FeatureMap map = options.featureMap();
        FeatureKernel features = map.featureKernel(headSize, options.features()).orElseThrow();
        Matrix w = projection();
        FusedFitting fitting = fitting(map, features.scale());
        if (fitting == null) {
            return new LinearAttentionSpec(q, k, v, pass.mask, features, w, options.causal());
        }
        if (forward) {
            fitting.choose(q, k, w);
        }
        Frames last = fitting.last(w.rows());
        return new LinearAttentionSpec(
                q, k, v, pass.mask, features, last.projects() ? null : w, last, options.causal());
    }

    /** Returns W, learned or drawn; null for a map without one. */
    private Matrix projection() {
        if (options.learnedProjection()) {
            return pass.parameter(AttentionPart.PROJECTION);
        }
        ProjectionDraw draw = AttentionPart.projection(options, headSize);
        return draw == null ? null : pass.draw(draw);
    }

    /** Returns how the map is fitted to data; null for one that is not. */
    private FusedFitting fitting(FeatureMap map, double scale) {
        if (map instanceof FramedFeatures framed) {
            return new FusedFrames(pass, framed, options.heads(), headSize, scale);
        }
        if (map instanceof DiscreteFeatures discrete) {
            return new FusedCounts(pass, discrete, options.heads(), headSize, scale);
        }
        if (map instanceof ClusteredFeatures clustered) {
            return new FusedClusters(pass, clustered, options.heads(), headSize, scale);
        }
        return null;
    }
}
