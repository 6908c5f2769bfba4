package io.github.performer4j.benchmarks;

import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Attention and the block in libtorch's operations, the same as in {@code torch_peer.py}: products with biases are one operation, the stabiliser and
 * the norm are subtracted at once, causal attention goes in chunks of 64. What is made here belongs to the caller's {@code PointerScope}.
 */
final class LibtorchMaths {
    private static final int CHUNK = 64;
    private static final double FEATURE_EPSILON = 1e-6;
    private static final double NORM_EPSILON = 1e-5;

    private final Case c;
    private final Tensor future; // [T,T], true above the diagonal; null where it is not needed

    LibtorchMaths(Case c) {
        this.c = c;
        boolean needed = c.attention() == AttentionKind.EXACT && c.causal();
        future = needed ? torch.ones(c.tokens(), c.tokens()).triu(1).to(torch.ScalarType.Bool) : null;
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
    Tensor attend(Tensor q, Tensor k, Tensor v, Tensor w) {
        if (c.attention() == AttentionKind.EXACT) {
            Tensor scores = q.matmul(k.transpose(-1, -2)).mul(new Scalar(Math.pow(c.headSize(), -0.5))); // [B,H,T,T]
            if (future != null) {
                scores = scores.masked_fill(future, new Scalar(Double.NEGATIVE_INFINITY));
            }
            return torch.softmax(scores, -1).matmul(v);
        }
        Tensor[] row = new Tensor[1];
        Tensor query = features(q, w, true, row).add(new Scalar(FEATURE_EPSILON)); // [B,H,T,M]
        Tensor key = features(k, w, false, row);
        if (c.causal()) {
            return causal(query, key, v, row[0]);
        }
        key = key.add(new Scalar(FEATURE_EPSILON));
        Tensor numerator = query.matmul(key.transpose(-1, -2).matmul(v));
        return numerator.div(query.matmul(sum(key, 2).transpose(-1, -2)));
    }

    /** Returns stabilised features without ε, and in {@code row} each row's largest exponent, [B,H,T,1]. */
    private Tensor features(Tensor rows, Tensor w, boolean query, Tensor[] row) {
        Tensor x = rows.mul(new Scalar(Math.pow(c.headSize(), -0.25)));
        Tensor projected = x.matmul(w.t()); // [B,H,T,M]
        Tensor norm = sum(torch.square(x), -1).mul(new Scalar(0.5)); // [B,H,T,1]
        row[0] = largest(projected.detach(), -1).sub(norm.detach());
        Tensor top = query ? row[0] : largest(row[0], -2);
        return torch.exp(projected.sub(norm.add(top)));
    }

    /**
     * ε belongs to keys stabilised by the maximum so far; here all have one constant, so it is scaled for each row. Its term is a running
     * sum of narrow rows, which costs what adding it to all wide rows of keys would.
     */
    private Tensor causal(Tensor query, Tensor key, Tensor v, Tensor row) {
        int d = c.headSize();
        TensorVector withOnes = new TensorVector(v, torch.ones(c.batch(), c.heads(), c.tokens(), 1));
        Tensor v1 = torch.cat(withOnes, -1); // [B,H,T,D+1]
        Tensor running = torch.cummax(row, 2).get0();
        Tensor last = running.narrow(2, c.tokens() - 1L, 1);
        Tensor scale = torch.exp(running.sub(last)).mul(new Scalar(FEATURE_EPSILON));
        Tensor seen = torch.cumsum(v1, 2).mul(sum(query, -1).mul(scale));
        Tensor qc = chunks(query); // [BH,n,64,M]
        Tensor kc = chunks(key);
        Tensor vc = chunks(v1); // [BH,n,64,D+1]
        Tensor state = kc.transpose(-1, -2).matmul(vc); // [BH,n,M,D+1]
        long n = state.size(1);
        // The sum of earlier chunks, moved by one: with its own state subtracted, a key that outweighs earlier ones
        // would
        // take their digits with it.
        Tensor before = torch.constant_pad_nd(torch.cumsum(state.narrow(1, 0, n - 1), 1), 0, 0, 0, 0, 1, 0);
        Tensor inner = qc.matmul(kc.transpose(-1, -2)).tril().matmul(vc);
        Tensor sums = qc.matmul(before).add(inner).reshape(c.batch(), c.heads(), -1, d + 1L);
        Tensor out = sums.narrow(2, 0, c.tokens()).add(seen);
        return out.narrow(3, 0, d).div(out.narrow(3, d, 1));
    }

    private Tensor chunks(Tensor x) {
        int missing = Math.floorMod(-c.tokens(), CHUNK);
        Tensor whole = missing == 0 ? x : torch.constant_pad_nd(x, 0, 0, 0, missing);
        return whole.reshape((long) c.batch() * c.heads(), -1, CHUNK, x.size(3));
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
    Tensor block(Tensor x, Map<String, Tensor> p, String name, Tensor w) {
        Tensor h = norm(x, p.get(name + "gain1"), p.get(name + "bias1"));
        Tensor attended = attend(
                heads(linear(h, p, name + "Wq", name + "bq")),
                heads(linear(h, p, name + "Wk", name + "bk")),
                heads(linear(h, p, name + "Wv", name + "bv")),
                w);
        Tensor merged = attended.transpose(1, 2).reshape(c.batch(), c.tokens(), c.width());
        Tensor y = x.add(linear(merged, p, name + "Wo", name + "bo"));
        Tensor fed = norm(y, p.get(name + "gain2"), p.get(name + "bias2"));
        Tensor hidden = torch.gelu(linear(fed, p, name + "W1", name + "b1"));
        return y.add(linear(hidden, p, name + "W2", name + "b2"));
    }

    Tensor norm(Tensor x, Tensor gain, Tensor bias) {
        long[] width = {c.width()};
        return torch.layer_norm(x, width, new TensorOptional(gain), new TensorOptional(bias), NORM_EPSILON, false);
    }

    static Tensor linear(Tensor x, Map<String, Tensor> p, String weight, String bias) {
        return torch.linear(x, p.get(weight).t(), new TensorOptional(p.get(bias)));
    }

    private Tensor heads(Tensor x) {
        return x.view(c.batch(), c.tokens(), c.heads(), c.headSize()).transpose(1, 2); // [B,H,T,D]
    }

    private static Tensor sum(Tensor x, long axis) {
        return x.sum(new long[] {axis}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
    }

    private static Tensor largest(Tensor x, long axis) {
        return x.amax(new long[] {axis}, true);
    }
}
