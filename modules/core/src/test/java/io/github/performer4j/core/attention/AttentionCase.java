package io.github.performer4j.core.attention;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One attention function on its own in SameDiff: q, k and v are variables, mask and W placeholders, the loss is Σ out ⊙ error. */
final class AttentionCase {
    /** The functions. */
    enum Kind {
        LINEAR,
        QUADRATIC,
        EXACT
    }

    /** Output, number of underflowed rows, and gradients to q, k, v. */
    record Result(INDArray out, double underflows, Map<String, INDArray> gradients) {}

    static final int D = 5;

    final DataType type;
    final int tokens;
    final int keyTokens;
    final INDArray q;
    final INDArray k;
    final INDArray v;
    /** [BH,Tk,1], or null. */
    INDArray mask;

    FeatureMap map = FeatureMap.named("positive");
    double[][] w;
    int features = 6;
    boolean causal;
    int chunk;

    /** Draws q, k, v [BH,T,D] of a given standard deviation. */
    AttentionCase(DataType type, int batchHeads, int tokens, double deviation, long seed) {
        this(type, batchHeads, tokens, tokens, deviation, seed);
    }

    /** Draws q [BH,Tq,D] and k, v [BH,Tk,D]. */
    AttentionCase(DataType type, int batchHeads, int tokens, int keyTokens, double deviation, long seed) {
        this.type = type;
        this.tokens = tokens;
        this.keyTokens = keyTokens;
        q = Samples.gaussian(type, seed, deviation, batchHeads, tokens, D);
        k = Samples.gaussian(type, seed + 1000, deviation, batchHeads, keyTokens, D);
        v = Samples.gaussian(type, seed + 2000, 1, batchHeads, keyTokens, D);
    }

    AttentionCase map(FeatureMap value, int columns) {
        map = value;
        features = columns;
        w = map.draws(columns) == 0 ? null : Projection.ORTHOGONAL.draw(map.draws(columns), D, 7);
        return this;
    }

    AttentionCase causal(boolean value, int size) {
        causal = value;
        chunk = size;
        return this;
    }

    AttentionCase mask(String... rows) {
        mask = rows.length == 0 ? null : Samples.mask(type, rows).reshape(rows.length, keyTokens, 1);
        return this;
    }

    Result run(Kind kind) {
        SameDiff sd = SameDiff.create();
        long n = q.size(0);
        Map<String, INDArray> values = new HashMap<>();
        SDVariable[] in = new SDVariable[3];
        INDArray[] arrays = {q, k, v};
        for (int i = 0; i < 3; i++) { // variables: SameDiff refuses to differentiate graphs that have none
            in[i] = sd.var("qkv".substring(i, i + 1), arrays[i].dup());
        }
        SDVariable m = null;
        if (mask != null) {
            m = sd.placeHolder("mask", type, n, keyTokens, 1);
            values.put("mask", mask);
        }
        SDVariable projection = null;
        if (w != null && kind != Kind.EXACT) {
            projection = sd.placeHolder("w", type, w.length, D);
            values.put("w", Nd4j.create(w).castTo(type));
        }
        AttentionInput input = new AttentionInput(
                sd, in[0], in[1], in[2], tokens == keyTokens ? m : null, m, n, tokens, keyTokens, D, type, null);
        AttentionOutput result = switch (kind) {
            case EXACT -> ExactAttention.define(input, causal);
            case QUADRATIC -> QuadraticAttention.define(input, map, features, projection, causal);
            case LINEAR ->
                causal
                        ? CausalLinearAttention.define(input, map, features, projection, chunk)
                        : LinearAttention.define(input, map, features, projection);
        };
        SDVariable error = sd.constant(Samples.gaussian(type, 99, 1, n, tokens, D));
        sd.sum("loss", result.out().mul(error)).markAsLoss();
        String out = result.out().name();
        String underflows = result.underflows().name();
        Map<String, INDArray> outputs = sd.output(values, out, underflows);
        return new Result(
                outputs.get(out),
                outputs.get(underflows).sumNumber().doubleValue(),
                sd.calculateGradients(values, "q", "k", "v"));
    }
}
