package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Linear attention under a mask with structure: {@code out_i = Σ_j K_ij φ(q_i)·φ(k_j) v_j / Σ_j K_ij φ(q_i)·φ(k_j)} by products of K, never a matrix [N,N].
 *
 * <p>Of a graph kernel K = Φ Φ'ᵀ, {@code Φ = Σ_l f_l C_l}, in O(entries·M·D) time; of a tree {@code K_ij = e^{−λ dist(i,j)}}; of a grid {@code K_ij = e^{b[i − j]}}. f and λ = e^θ, and b, are learned,
 * each head has its own; K is positive, and so are denominators. Stabilisers are those of
 * {@link LinearAttention}, and so is ε, but keys of exponential features have none: its size would depend on the stabiliser, and so on what else is in a batch. A node whose denominator underflows gets the mean of the values that it sees, weighted by K, with zero gradient to q, k and f; one that
 * sees nothing, 0. Under an estimated mask a denominator must be at least half of φ(q_i)·φ(k_i), as it would be under the exact one; else the node gets its own value. Source: arXiv 2107.07999, equation (5), with K of arXiv 2310.04859.
 */
public final class GraphAttention {
    private GraphAttention() {}

    /**
     * Defines the attention.
     *
     * @param in queries, keys, values, mask of nodes
     * @param map φ
     * @param features columns M asked for
     * @param w projection, [draws, D]; null for a map without projection
     */
    public static AttentionOutput define(
            AttentionInput in, FeatureMap map, int features, SDVariable w, GraphMask graph) {
        SameDiff sd = in.sd();
        FeatureInput phi = FeatureInput.of(in, map, features, w);
        SDVariable key = LinearAttention.keys(in, phi.key(), phi.key().exponential() ? 0 : phi.epsilon()); // [BH,N,M]
        SDVariable values = in.valuesAndOne(); // [BH,N,D+1]
        long[] shape = {in.batchHeads(), in.tokens(), in.headSize() + 1};
        SDVariable f = graph.parameters() == null
                ? Tensors.full(sd, in.type(), 1, graph.heads(), graph.kind().parameters())
                : graph.kind().logarithms() ? sd.math().exp(graph.parameters()) : graph.parameters(); // [H,P]
        SDVariable sums = MaskedSums.define(graph, phi.query(), key, values, f, shape, phi.columns()); // [BH,N,D+1]
        if (graph.kind().estimated()) {
            SDVariable trusted = trusted(sd, sums, phi.query().mul(key).sum(true, 2), in.type(), shape);
            return Normalization.divide(sd, sums.mul(trusted), shape, values, in.tokens(), false, in.type());
        }
        SDVariable visible = visible(in, graph, values, f, shape);
        return Normalization.divide(sd, sums, shape, visible, in.tokens(), false, in.type());
    }

    /**
     * Returns 1 where a denominator is at least half of what the node gives to itself, else 0, [BH,N,1].
     *
     * @param own φ(q_i)·φ(k_i), [BH,N,1]
     */
    private static SDVariable trusted(SameDiff sd, SDVariable sums, SDVariable own, DataType type, long... shape) {
        SDVariable denominator = Tensors.stop(sd, Tensors.columns(sd, sums, shape, shape[2] - 1, shape[2]));
        return sd.gte(denominator, Tensors.stop(sd, own).mul(0.5)).castTo(type);
    }

    /** Returns the mean of the values that a node sees, by K, and 1, or zeros for one that sees none, [BH,N,D+1]. */
    private static SDVariable visible(
            AttentionInput in, GraphMask graph, SDVariable values, SDVariable f, long... shape) {
        SameDiff sd = in.sd();
        SDVariable ones = Tensors.full(sd, in.type(), 1, shape[0], shape[1], 1);
        SDVariable weighted = MaskedSums.define(graph, ones, ones, values, Tensors.stop(sd, f), shape, 1);
        SDVariable mass = Tensors.stop(sd, Tensors.columns(sd, weighted, shape, shape[2] - 1, shape[2])); // [BH,N,1]
        SDVariable none = sd.gt(mass, 0).castTo(in.type()).mul(-1).add(1);
        return weighted.div(mass.add(none)); // the column of masses becomes 1
    }
}
