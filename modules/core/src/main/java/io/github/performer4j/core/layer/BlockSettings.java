package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.samediff.LayerNorm;
import java.io.Serializable;

/**
 * One of the blocks that a layer holds: what {@link PerformerBlockLayer} is told of its own, pre-norm or ReZero.
 *
 * @param attention how it attends
 * @param headSize D, the columns of a head; 0 for E/H
 * @param hidden F, the width of the feed-forward's hidden layer; 0 for 4·E
 * @param feedForward its variant
 * @param norm how norms normalise
 * @param rezero whether branches have a learned factor, 0 at first, instead of norms (arXiv 2003.04887)
 * @param tokenShift whether attention and feed-forward read some columns of each token's neighbours
 * @param dropout of both branches, in [0, 1)
 * @param epsilon of the norms
 * @param attentionNorm whether there is a norm in front of attention, too
 * @param branchScale what both branches are multiplied by
 */
public record BlockSettings(
        AttentionOptions attention,
        int headSize,
        int hidden,
        FeedForward feedForward,
        NormKind norm,
        boolean rezero,
        boolean tokenShift,
        double dropout,
        double epsilon,
        boolean attentionNorm,
        double branchScale)
        implements Serializable {

    /** Checks every value. */
    public BlockSettings {
        attention = attention.pinned();
        Checks.probability("dropout", dropout);
        require(headSize >= 0, "headSize must not be negative, and 0 is E/H; headSize=" + headSize);
        require(hidden >= 0, "hidden must not be negative, and 0 is 4·E; hidden=" + hidden);
        require(epsilon > 0, "epsilon must be positive; epsilon=" + epsilon);
        require(
                feedForward != FeedForward.SNNK,
                "reversible blocks have weights that are all trained; feedForward=" + feedForward);
        require(
                branchScale > 0 && branchScale < Double.POSITIVE_INFINITY,
                "branchScale must be positive and finite; branchScale=" + branchScale);
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns a block that attends so, with GELU, layer norms and nothing dropped. */
    public static BlockSettings of(AttentionOptions attention) {
        return new BlockSettings(
                attention, 0, 0, FeedForward.GELU, NormKind.LAYER, false, false, 0, LayerNorm.DEFAULT_EPSILON, true, 1);
    }

    /** Returns a copy that attends in another way. */
    public BlockSettings withAttention(AttentionOptions value) {
        return new BlockSettings(
                value,
                headSize,
                hidden,
                feedForward,
                norm,
                rezero,
                tokenShift,
                dropout,
                epsilon,
                attentionNorm,
                branchScale);
    }

    /** Returns a copy with another feed-forward. */
    public BlockSettings withFeedForward(FeedForward kind, int width) {
        return new BlockSettings(
                attention,
                headSize,
                width,
                kind,
                norm,
                rezero,
                tokenShift,
                dropout,
                epsilon,
                attentionNorm,
                branchScale);
    }

    /** Returns a copy that drops more or less. */
    public BlockSettings withDropout(double value) {
        return new BlockSettings(
                attention,
                headSize,
                hidden,
                feedForward,
                norm,
                rezero,
                tokenShift,
                value,
                epsilon,
                attentionNorm,
                branchScale);
    }

    /** Returns columns of queries of all heads together. */
    int attentionWidth(int width) {
        return headSize == 0 ? width : Math.multiplyExact(headSize, attention.heads());
    }

    /**
     * Adds the branch of attention, {@code s · drop(attend(norm(x)))}, to a program.
     *
     * @param scope stands before all names
     * @param site dropout's; that of the feed-forward is the next one
     */
    Value attended(LayerProgram.Builder p, Value x, String scope, int site) {
        ResidualBranches branches = branches(p, scope, site);
        Value n = shifted(p, branches.before(x, 1), scope + 1);
        return branches.added(AttentionPart.add(p, attention, n, n, scope, attentionWidth(x.columns()), null), 1);
    }

    /** Adds the branch of the feed-forward, {@code s · drop(ff(norm(x)))}, likewise. */
    Value fed(LayerProgram.Builder p, Value x, String scope, int site) {
        ResidualBranches branches = branches(p, scope, site);
        Value n = shifted(p, branches.before(x, 2), scope + 2);
        int f = hidden == 0 ? 4 * x.columns() : hidden;
        return branches.added(feedForward.add(p, n, scope, f, attention.bias(), null), 2);
    }

    private ResidualBranches branches(LayerProgram.Builder p, String scope, int site) {
        return new ResidualBranches(
                p, true, rezero ? null : norm, dropout, epsilon, attentionNorm, branchScale, scope, site, null);
    }

    private Value shifted(LayerProgram.Builder p, Value x, String name) {
        return tokenShift ? p.shift(x, attention.causal(), name) : x;
    }
}
