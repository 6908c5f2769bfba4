package io.github.performer4j.gpu.program;

import io.github.performer4j.core.feature.FittedFeatures;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.attention.ClusterFrames;
import io.github.performer4j.kernels.attention.CountFrames;
import io.github.performer4j.kernels.attention.FeatureFrames;
import io.github.performer4j.kernels.attention.Frames;

/** How rows of heads become P, of which features are functions, and how the gradient of P goes back to rows. */
interface HeadProjection {

    /** Returns the projection of an attention: drawn or learned, or one in frames that are fitted to data. */
    static HeadProjection of(DeviceRun run, Op.Attend op, HeadShape shape) {
        FittedFeatures fitted = op.options().featureMap().fitted().orElse(null);
        if (fitted == null) {
            return new DrawnProjection(run, op, shape);
        }
        HeadFrames frames = new HeadFrames(run, op, shape, fitted);
        Frames layout = frames.layout();
        if (layout instanceof ClusterFrames clusters) {
            return new ClusterProjection(run, op, shape, frames, clusters.blocks(), clusters.keys());
        }
        return layout instanceof CountFrames
                ? new CountProjection(run, shape, frames)
                : new FramedProjection(run, shape, frames, ((FeatureFrames) layout).coordinates());
    }

    /** Begins a forward pass, for projections that look at its queries and keys; a backward pass takes what that left. */
    default void choose() {}

    /** Returns what of scaled rows is projected, [B·H,padded,D]. */
    default long place(boolean queries, long x, int padded) {
        return x;
    }

    /** Returns P, [B·H,padded,draws]; y itself where there is no projection. */
    long project(boolean queries, long x, long y, int padded);

    /**
     * Takes a gradient back to scaled rows, and to what is learned.
     *
     * @param dp of P
     * @param sums over each row of it
     * @return of x, but what comes through the norm of plain features; [B·H,padded,D]
     */
    long gradient(HeadRows rows, long dp, long sums);
}
