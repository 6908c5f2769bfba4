package io.github.performer4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;

/**
 * Attention and the block in DJL's operations, as a user of DJL would write them: batched products, products with biases as one operation, the
 * stabiliser and the norm subtracted at once, causal attention in chunks of 64.
 */
final class DjlMaths {
    private static final int CHUNK = 64;
    private static final float FEATURE_EPSILON = 1e-6f;
    private static final float NORM_EPSILON = 1e-5f;

    private final Case c;
    private final NDArray triangle; // [64,64], 1 at and below the diagonal
    private final NDArray future; // [T,T], −∞ above the diagonal; null where it is not needed

    DjlMaths(Case c, NDManager manager) {
        this.c = c;
        triangle = lower(manager, CHUNK);
        boolean needed = c.attention() == AttentionKind.EXACT && c.causal();
        future = needed ? lower(manager, c.tokens()).log() : null;
    }

    private static NDArray lower(NDManager manager, int n) {
        NDArray index = manager.arange(n);
        NDArray lower =
                index.reshape(n, 1).gte(index.reshape(1, n)).toType(ai.djl.ndarray.types.DataType.FLOAT32, false);
        index.close();
        return lower;
    }

    /**
     * Attends.
     *
     * @param q [B,H,T,D]
     * @param k [B,H,T,D]
     * @param v [B,H,T,D]
     * @param w projection [M,D]; null for exact attention
     * @return [B,H,T,D]
     */
    NDArray attend(NDArray q, NDArray k, NDArray v, NDArray w) {
        if (c.attention() == AttentionKind.EXACT) {
            NDArray scores = q.matMul(k.swapAxes(-1, -2)).mul(Math.pow(c.headSize(), -0.5)); // [B,H,T,T]
            return (future == null ? scores : scores.add(future)).softmax(-1).matMul(v);
        }
        NDArray query = features(q, w, true, null).add(FEATURE_EPSILON); // [B,H,T,M]
        NDArray[] row = new NDArray[1];
        NDArray key = features(k, w, false, row);
        if (c.causal()) {
            return causal(query, key, v, row[0]);
        }
        key = key.add(FEATURE_EPSILON);
        NDArray numerator = query.matMul(key.swapAxes(-1, -2).matMul(v));
        return numerator.div(query.matMul(key.sum(new int[] {2}, true).swapAxes(-1, -2)));
    }

    /** Returns stabilised features without ε, and in {@code row}, if given, each row's largest exponent, [B,H,T,1]. */
    private NDArray features(NDArray rows, NDArray w, boolean query, NDArray[] row) {
        NDArray x = rows.mul(Math.pow(c.headSize(), -0.25));
        NDArray projected = x.matMul(w.transpose()); // [B,H,T,M]
        NDArray norm = x.square().sum(new int[] {-1}, true).div(2); // [B,H,T,1]
        NDArray top = projected.stopGradient().max(new int[] {-1}, true).sub(norm.stopGradient());
        if (row != null) {
            row[0] = top;
        }
        top = query ? top : top.max(new int[] {-2}, true);
        return projected.sub(norm.add(top)).exp();
    }

    /**
     * ε belongs to keys stabilised by the maximum so far; here all have one constant, so it is scaled for each row. Its term is a running
     * sum of narrow rows, which costs what adding it to all wide rows of keys would.
     */
    private NDArray causal(NDArray query, NDArray key, NDArray v, NDArray row) {
        NDArray v1 = v.concat(v.getManager().ones(new Shape(c.batch(), c.heads(), c.tokens(), 1)), 3); // [B,H,T,D+1]
        NDArray running = runningMaximum(row);
        NDArray scale = running.sub(running.max(new int[] {2}, true)).exp().mul(FEATURE_EPSILON); // [B,H,T,1]
        NDArray seen = v1.cumSum(2).mul(query.sum(new int[] {-1}, true).mul(scale));
        NDArray qc = chunks(query); // [BH,n,64,M]
        NDArray kc = chunks(key);
        NDArray vc = chunks(v1); // [BH,n,64,D+1]
        NDArray state = kc.swapAxes(-1, -2).matMul(vc); // [BH,n,M,D+1]
        NDArray before = before(state);
        NDArray inner = qc.matMul(kc.swapAxes(-1, -2)).mul(triangle).matMul(vc);
        int d = c.headSize();
        NDArray sums = qc.matMul(before).add(inner).reshape(c.batch(), c.heads(), -1, d + 1);
        if (sums.getShape().get(2) != c.tokens()) {
            sums = sums.get(":, :, :{}", c.tokens());
        }
        NDList parts = sums.add(seen).split(new long[] {d}, 3);
        return parts.get(0).div(parts.get(1));
    }

    /**
     * Returns the sum of all earlier chunks' states, [BH,n,M,D+1]. Moved by one chunk, not with a chunk's own state subtracted: a key that outweighs all earlier ones would take
     * the digits of their sum with it, and queries between them and it need those.
     */
    private static NDArray before(NDArray state) {
        Shape shape = state.getShape();
        NDArray first =
                state.getManager().zeros(new Shape(shape.get(0), 1, shape.get(2), shape.get(3)), state.getDataType());
        long n = shape.get(1);
        return n == 1 ? first : first.concat(state.get(":, :{}", n - 1).cumSum(1), 1);
    }

    /** Returns the maximum of each row and all rows before it, in doubling steps, because DJL has no such operation. */
    private NDArray runningMaximum(NDArray row) {
        NDArray result = row;
        for (int shift = 1; shift < c.tokens(); shift *= 2) {
            NDArray tail = result.get(":, :, {}:", shift);
            NDArray head = result.get(":, :, :{}", shift);
            result = head.concat(tail.maximum(result.get(":, :, :{}", c.tokens() - shift)), 2);
        }
        return result;
    }

    private NDArray chunks(NDArray x) {
        long columns = x.getShape().get(3);
        int missing = Math.floorMod(-c.tokens(), CHUNK);
        NDArray whole = missing == 0 ? x : x.pad(new Shape(0, 0, 0, missing), 0);
        return whole.reshape((long) c.batch() * c.heads(), -1, CHUNK, columns);
    }

    /**
     * A pre-norm block.
     *
     * @param x [B,T,E]
     * @param p parameters by name
     * @param name what their names begin with
     * @param w projection [M,D]
     * @return [B,T,E]
     */
    NDArray block(NDArray x, Map<String, NDArray> p, String name, NDArray w) {
        NDArray h = norm(x, p.get(name + "gain1"), p.get(name + "bias1"));
        NDArray attended = attend(
                heads(linear(h, p, name + "Wq", name + "bq")),
                heads(linear(h, p, name + "Wk", name + "bk")),
                heads(linear(h, p, name + "Wv", name + "bv")),
                w);
        NDArray merged = attended.swapAxes(1, 2).reshape(c.batch(), c.tokens(), c.width());
        NDArray y = x.add(linear(merged, p, name + "Wo", name + "bo"));
        NDArray fed = norm(y, p.get(name + "gain2"), p.get(name + "bias2"));
        NDArray hidden =
                linear(fed, p, name + "W1", name + "b1").getNDArrayInternal().gelu();
        return y.add(linear(hidden, p, name + "W2", name + "b2"));
    }

    NDArray norm(NDArray x, NDArray gain, NDArray bias) {
        return x.getNDArrayInternal()
                .layerNorm(x, new Shape(c.width()), gain, bias, NORM_EPSILON)
                .singletonOrThrow();
    }

    static NDArray linear(NDArray x, Map<String, NDArray> p, String weight, String bias) {
        return x.getNDArrayInternal()
                .linear(x, p.get(weight).transpose(), p.get(bias))
                .singletonOrThrow();
    }

    private NDArray heads(NDArray x) {
        return x.reshape(c.batch(), c.tokens(), c.heads(), c.headSize()).swapAxes(1, 2); // [B,H,T,D]
    }
}
