package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FittedFeatures;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.core.workspace.KeptStatistics;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.Frames;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;

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

    /** Returns φ as attention applies it: an exact prefix leaves ε out. */
    static FeatureMap map(AttentionOptions options) {
        return options.prefix() > 0 ? options.featureMap().withoutEpsilon() : options.featureMap();
    }

    /**
     * Returns what attention computes.
     *
     * @param forward whether frames are to be chosen; else those of the forward pass count
     */
    LinearAttentionSpec spec(Heads q, Heads k, Heads v, boolean forward) {
        FeatureMap map = map(options);
        FeatureKernel features = map.featureKernel(headSize, options.features()).orElseThrow();
        Matrix w = projection();
        FittedFeatures fitted = map.fitted().orElse(null);
        if (fitted == null) {
            return new LinearAttentionSpec(q, k, v, pass.mask, features, w, options.causal());
        }
        Matrix kept = options.keepsStatistics() ? pass.parameter(KeptStatistics.NAME) : null;
        FusedFit fit = new FusedFit(pass, fitted, q, k, features.scale(), kept);
        if (forward) {
            fit.choose(w);
        }
        Frames last = fit.last(w.rows());
        return new LinearAttentionSpec(
                q, k, v, pass.mask, features, last.projects() ? null : w, last, options.causal());
    }

    /** Returns W, learned or drawn; null for a map without one. */
    private Matrix projection() {
        if (options.learnedProjection()) {
            return pass.parameter(Op.Attend.PROJECTION);
        }
        ProjectionDraw draw = ProjectionDraw.of(options, headSize, pass.scope());
        return draw == null ? null : pass.draw(draw);
    }
}
