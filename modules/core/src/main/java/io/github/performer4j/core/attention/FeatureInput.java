package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Features;
import io.github.performer4j.core.feature.FittedFeatures;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The features of queries and keys, before keys are stabilised.
 *
 * @param query φ(q) + ε, stabilised by each row's own maximum where the map is exponential, [BH,Tq,M]
 * @param key factors of φ(k), not stabilised
 * @param epsilon ε that is still to be added to the stabilised φ(k)
 * @param columns M
 * @param queryLog logarithm of what stands before φ(q) in {@code query}: its maximum, through which no gradient flows, or the row's own exponent, [BH,Tq,1]; null for 0
 */
record FeatureInput(SDVariable query, Features key, double epsilon, int columns, SDVariable queryLog) {

    /**
     * Maps queries and keys.
     *
     * @param w projection, [draws, D]; null for a map without projection
     */
    static FeatureInput of(AttentionInput in, FeatureMap map, int features, SDVariable w) {
        SameDiff sd = in.sd();
        int columns = map.columns(features, in.keySize());
        double scale = map.inputScale(in.keySize(), columns);
        SDVariable q = in.q().mul(scale); // [BH,T,D]
        SDVariable k = in.k().mul(scale);
        Features fq;
        Features fk;
        FittedFeatures fitted = map.fitted().orElse(null);
        if (fitted != null) {
            FitOperation.Sides sides = FitOperation.define(in, fitted, columns, q, k, w);
            fq = fitted.define(sides.queries());
            fk = fitted.define(sides.keys());
        } else {
            fq = map.defineQueries(sd, q, projected(in, q, in.tokens(), map, features, w), features);
            fk = map.defineKeys(sd, k, projected(in, k, in.keyTokens(), map, features, w), features);
        }
        SDVariable top = fq.log() == null ? null : Tensors.stop(sd, sd.max(fq.log(), true, 2));
        SDVariable query = queryValues(sd, fq, top);
        if (map.epsilon() > 0) {
            query = query.add(map.epsilon());
        }
        return new FeatureInput(query, fk, map.epsilon(), columns, top == null ? fq.rowLog() : top);
    }

    /** Returns Wx, [BH,T,draws]; null for a map without projection. */
    private static SDVariable projected(
            AttentionInput in, SDVariable x, long tokens, FeatureMap map, int features, SDVariable w) {
        int draws = map.draws(features);
        if (draws == 0) {
            return null;
        }
        SDVariable flat = x.reshape(in.batchHeads() * tokens, in.keySize());
        return in.sd().mmul(flat, w, false, true, false).reshape(in.batchHeads(), tokens, draws);
    }

    /** A query's own factor cancels between numerator and denominator, so each row subtracts its own maximum. */
    private static SDVariable queryValues(SameDiff sd, Features f, SDVariable top) {
        if (f.log() == null) {
            return f.values();
        }
        SDVariable exponential = sd.math().exp(f.log().sub(top));
        return f.values() == null ? exponential : exponential.mul(f.values());
    }
}
