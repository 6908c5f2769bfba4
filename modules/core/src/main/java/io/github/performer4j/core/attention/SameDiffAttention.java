package io.github.performer4j.core.attention;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Linear attention by random features in a SameDiff graph of a program's own, without a layer: operations of SameDiff and one constant, the projection W.
 *
 * <pre>
 * long[] shape = {batch, 4, tokens, headSize};
 * SDVariable out = SameDiffAttention.attend("favor", q, k, v, null, shape, AttentionOptions.defaults().withHeads(4), 13);
 * </pre>
 *
 * <p>The graph trains, saves and loads as any other; {@code SameDiff.load} needs nothing of performer4j. What such a graph cannot hold is refused by name: fitted maps, whose frames the
 * host chooses in each pass, and redraws, for which there is no step count.
 */
public final class SameDiffAttention {
    private SameDiffAttention() {}

    /**
     * Adds attention to a graph. The redraw interval of the options does not count: W is drawn once. A learned projection is a variable {@code name-projection}.
     *
     * @param name of the result
     * @param q queries, [B,H,T,D]; float32 or float64
     * @param k keys, likewise
     * @param v values, likewise
     * @param mask 1 for real tokens and 0 for padding, [B,T], of the type of q; null if all are real; padded rows of q, k and v must be finite
     * @param shape B, H, T, D
     * @param options how to attend; H must be theirs
     * @param seed of W
     * @return attended values, [B,H,T,D]
     * @throws IllegalArgumentException if a shape or type does not fit, or a SameDiff graph cannot hold what the options say
     */
    public static SDVariable attend(
            String name,
            SDVariable q,
            SDVariable k,
            SDVariable v,
            SDVariable mask,
            long[] shape,
            AttentionOptions options,
            long seed) {
        check(shape, options);
        for (SDVariable each : new SDVariable[] {q, k, v}) {
            long[] known = each.getShape(); // null where SameDiff does not know
            if (known != null && !Arrays.equals(shape, known)) {
                throw new IllegalArgumentException("queries, keys and values must have the shape; shape="
                        + Arrays.toString(shape) + ", " + each.name() + "=" + Arrays.toString(known));
            }
            requireType(q, each);
        }
        if (mask != null) {
            requireType(q, mask);
            requireTokens(mask, shape);
        }
        SameDiff sd = q.getSameDiff();
        long batch = shape[0];
        int heads = (int) shape[1];
        long tokens = shape[2];
        int headSize = (int) shape[3];
        AttentionInput in = new AttentionInput(
                sd,
                q.reshape(batch * heads, tokens, headSize),
                k.reshape(batch * heads, tokens, headSize),
                v.reshape(batch * heads, tokens, headSize),
                mask == null ? null : mask(sd, mask, q.dataType(), batch, heads, tokens),
                batch * heads,
                tokens,
                headSize,
                q.dataType());
        AttentionOptions.Kind kind = options.kindFor(heads * headSize, tokens);
        AttentionOutput attended = kind == AttentionOptions.Kind.EXACT
                ? exact(in, options)
                : linear(in, options, projection(sd, name, options, headSize, q.dataType(), seed));
        SDVariable out = attended.out().reshape(batch, heads, tokens, headSize);
        return out.rename(name);
    }

    private static void requireType(SDVariable q, SDVariable other) {
        if (other.dataType() != q.dataType()) {
            throw new IllegalArgumentException("queries, keys, values and mask must have one type; " + q.name() + "="
                    + q.dataType() + ", " + other.name() + "=" + other.dataType());
        }
    }

    /** A mask of as many numbers in another shape would be one of other tokens. */
    private static void requireTokens(SDVariable mask, long[] shape) {
        long[] known = mask.getShape(); // null where SameDiff does not know, -1 for a dimension that it does not
        if (known == null) {
            return;
        }
        long[] wanted = {shape[0], shape[2]};
        boolean fits = known.length == wanted.length;
        for (int i = 0; fits && i < wanted.length; i++) {
            fits = known[i] == wanted[i] || known[i] < 0;
        }
        if (!fits) {
            throw new IllegalArgumentException("a mask must be [B,T]; shape=" + Arrays.toString(shape) + ", "
                    + mask.name() + "=" + Arrays.toString(known));
        }
    }

    private static AttentionOutput exact(AttentionInput in, AttentionOptions o) {
        return o.distances() == null ? ExactAttention.define(in, o.causal()) : ExactAttention.define(in, o.distances());
    }

    private static AttentionOutput linear(AttentionInput in, AttentionOptions o, SDVariable w) {
        if (o.prefix() > 0) {
            return PrefixAttention.define(in, o.featureMap(), o.features(), w, o.prefix(), o.chunk(), o.causal());
        }
        return o.causal()
                ? CausalLinearAttention.define(in, o.featureMap(), o.features(), w, o.chunk())
                : LinearAttention.define(in, o.featureMap(), o.features(), w);
    }

    private static SDVariable projection(
            SameDiff sd, String name, AttentionOptions o, int headSize, DataType type, long seed) {
        if (o.featureMap().draws(o.features()) == 0) {
            return null;
        }
        double[][] w = o.featureMap().draw(o.projection(), o.features(), headSize, seed);
        String variable = name + "-projection";
        return o.learnedProjection()
                ? sd.var(variable, Nd4j.create(w).castTo(type))
                : sd.constant(variable, Nd4j.create(w).castTo(type));
    }

    private static SDVariable mask(SameDiff sd, SDVariable mask, DataType type, long batch, int heads, long tokens) {
        SDVariable ones = sd.constant(Nd4j.ones(type, 1, heads, 1));
        return mask.reshape(batch, 1, tokens).mul(ones).reshape(batch * heads, tokens, 1); // [BH,T,1]
    }

    private static void check(long[] shape, AttentionOptions options) {
        if (options.featureMap().fitted().isPresent()) {
            throw new IllegalArgumentException(
                    "a SameDiff graph cannot hold a feature map whose frames the host chooses in each pass; featureMap="
                            + options.featureMap());
        }
        if (options.temperature() || options.rotary() != null) {
            throw new IllegalArgumentException(
                    "temperatures and rotary positions are a layer's: apply your own to q and k; temperature="
                            + options.temperature() + ", rotary=" + options.rotary());
        }
        if (options.headsPerKey() > 1 || options.queryKeyNorm() != QueryKeyNorm.NONE || options.scale() != null) {
            throw new IllegalArgumentException(
                    "grouped keys, norms and a scale are a layer's: apply your own to q, k and v; keyHeads="
                            + options.keyHeads() + ", queryKeyNorm=" + options.queryKeyNorm() + ", scale="
                            + options.scale());
        }
        if (!options.further().isEmpty()) {
            throw new IllegalArgumentException("groups of heads are a layer's: attend once for each group; groups="
                    + options.groups().keySet());
        }
        if (options.grid() != null) {
            throw new IllegalArgumentException(
                    "a SameDiff graph cannot hold attention on a grid, whose products are Java; grid="
                            + options.grid());
        }
        if (options.decay() != null) {
            throw new IllegalArgumentException(
                    "decay is a layer's, not a SameDiff graph's own; decay=" + options.decay());
        }
        if (options.relative() != null || options.fourier() != null) {
            throw new IllegalArgumentException(
                    "relative and Fourier positions have parameters, which are a layer's; relative="
                            + options.relative() + ", fourier=" + options.fourier());
        }
        if (options.convolution() != 0) {
            throw new IllegalArgumentException(
                    "a convolution is a layer's: q, k and v come in as they are; convolution=" + options.convolution());
        }
        if (options.gate()) {
            throw new IllegalArgumentException("a gate is a layer's: multiply the result by your own; gate=true");
        }
        if (options.orthogonal() != Orthogonality.NONE) {
            throw new IllegalArgumentException(
                    "products of orthonormal columns are a layer's: q and k come in as they are; orthogonal="
                            + options.orthogonal());
        }
        if (shape.length != 4 || Arrays.stream(shape).anyMatch(n -> n < 1) || shape[1] != options.heads()) {
            throw new IllegalArgumentException("the shape must be B, H, T, D, all positive, with H = heads; heads="
                    + options.heads() + ", shape=" + Arrays.toString(shape));
        }
    }
}
