package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.Features;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The stabilised factors of causal attention; see {@link CausalLinearAttention} for what each stands for. For features without an
 * exponent all scales are 1 and some are null.
 *
 * @param values key features scaled to be bounded, [BH,nC,M]
 * @param inner exp(s_j − c_t) for j ≤ t in the same chunk, else 0, [BHn,C,C]
 * @param toState exp(s_j − R_n), [BH,nC,1], or null
 * @param between exp(R_m − R_{n−1}) for m ≤ n − 1, else 0, [BH,n,n]
 * @param fromState exp(R_{n−1} − c_t), [BH,nC,1], or null
 * @param running c_t, [BH,nC,1], or null
 */
record Scales(
        SDVariable values,
        SDVariable inner,
        SDVariable toState,
        SDVariable between,
        SDVariable fromState,
        SDVariable running) {

    static Scales of(AttentionInput in, Chunks chunks, FeatureInput f) {
        return f.key().exponential() ? exponential(in, chunks, f.key()) : plain(in, chunks, f);
    }

    /** Features that need no stabiliser: ε is added to them here, and padding is left to the values, which carry the mask. */
    private static Scales plain(AttentionInput in, Chunks chunks, FeatureInput f) {
        SameDiff sd = in.sd();
        SDVariable key =
                f.epsilon() > 0 ? f.key().values().add(f.epsilon()) : f.key().values();
        SDVariable between = Tensors.lowerTriangle(sd, in.type(), chunks.count(), 1)
                .mul(Tensors.full(sd, in.type(), 1, in.batchHeads(), 1, 1));
        return new Scales(key, Tensors.lowerTriangle(sd, in.type(), chunks.size(), 0), null, between, null, null);
    }

    private static Scales exponential(AttentionInput in, Chunks chunks, Features k) {
        SameDiff sd = in.sd();
        DataType type = in.type();
        long n = in.batchHeads();
        long count = chunks.count();
        long c = chunks.size();
        long tokens = in.tokens();
        SDVariable rowLog; // s_j, [BH,nC,1]
        SDVariable values;
        if (k.log() != null) {
            SDVariable top = Tensors.stop(sd, sd.max(k.log(), true, 2));
            SDVariable exponential = sd.math().exp(k.log().sub(top));
            values = k.values() == null ? exponential : exponential.mul(k.values());
            rowLog = top;
        } else {
            values = k.values();
            rowLog = k.rowLog();
        }
        SDVariable s = in.mask() == null ? rowLog : rowLog.add(Tensors.maskLog(in.mask()));
        SDVariable running = CausalLinearAttention.runningMaximum(sd, Tensors.stop(sd, s), n, tokens, type); // c_t
        SDVariable seen = Tensors.lowerTriangle(sd, type, c, 0);
        SDVariable innerLog = s.reshape(n * count, 1, c)
                .sub(running.reshape(n * count, c, 1))
                .mul(seen) // c_t is NEVER before the first real token: without the product s_j − c_t would outweigh
                // the mask
                .add(Tensors.maskLog(seen)); // [BHn,C,C]
        SDVariable inner = sd.math().exp(innerLog);
        if (count == 1) {
            return new Scales(values, inner, null, null, null, running);
        }
        SDVariable ends = Tensors.rows(sd, running.reshape(n * count, c, 1), new long[] {n * count, c, 1}, c - 1, c)
                .reshape(n, count, 1); // R_n
        SDVariable starts = sd.concat(
                1,
                Tensors.full(sd, type, 2 * Tensors.NEVER, n, 1, 1),
                Tensors.rows(sd, ends, new long[] {n, count, 1}, 0, count - 1)); // R_{n−1}
        SDVariable ones = Tensors.full(sd, type, 1, 1, 1, c, 1);
        SDVariable endPerToken = ends.reshape(n, count, 1, 1).mul(ones).reshape(n, tokens, 1);
        SDVariable startPerToken = starts.reshape(n, count, 1, 1).mul(ones).reshape(n, tokens, 1);
        SDVariable betweenLog = sd.permute(ends, 0, 2, 1).sub(starts); // [BH,n,n]: R_m − R_{n−1}
        SDVariable earlier = Tensors.lowerTriangle(sd, type, count, 1);
        SDVariable between = sd.math().exp(betweenLog.mul(earlier).add(Tensors.maskLog(earlier)));
        return new Scales(
                values,
                inner,
                sd.math().exp(s.sub(endPerToken)),
                between,
                sd.math().exp(startPerToken.sub(running)),
                running);
    }
}
