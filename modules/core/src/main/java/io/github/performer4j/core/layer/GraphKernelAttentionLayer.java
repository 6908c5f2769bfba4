package io.github.performer4j.core.layer;

import io.github.performer4j.core.program.GraphPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import java.util.List;

/**
 * Multi-head attention of the nodes of a graph to each other, masked by a graph kernel, linear in the entries of its factors: nodes [B,N,E], entries [B,S,2+2L] → [B,N,E].
 *
 * <p>{@code out = concat_h(attend_h(x Wq_h, x Wk_h, x Wv_h)) Wo}, {@code attend_h(q,k,v)_i = Σ_j K^h_ij φ(q_i)·φ(k_j) v_j / Σ_j K^h_ij φ(q_i)·φ(k_j)}, K^h = Φ_h Φ'_hᵀ,
 * {@code Φ_h = Σ_l e^{θ_hl} C_l}. C and C' are drawn once for each graph: by {@link io.github.performer4j.kernels.graph.GraphRandomFeatures} K is a power series of the graph's weights whose
 * coefficients are learned with θ; by {@link io.github.performer4j.kernels.graph.WalkCounts} and of the adjacency (L = 1) it is fixed. Entries of width 3 are the edges
 * {@code child, parent, length} of trees, {@link io.github.performer4j.kernels.mask.Tree}: then {@code K^h_ij = e^{−λ_h dist(i,j)}} on the tree, by two sweeps, with λ_h = e^{θ_h}. No residual and no norm: {@link GraphKernelBlockLayer} has
 * those.
 *
 * <pre>
 * .addInputs("nodes", "graph")
 * .addVertex("sides", new SidesVertex(), "nodes", "graph")
 * .addLayer("attention", new GraphKernelAttentionLayer.Builder().attention(options).build(), "sides")
 * .setInputTypes(InputType.recurrent(E, -1, RNNFormat.NWC), InputType.recurrent(GraphRows.width(L), -1, RNNFormat.NWC))
 * </pre>
 *
 * <p>Parameters: Wq, Wk, Wv, Wo [E,E], with biases bq, bk, bv, bo [E], and with L &gt; 1 θ, {@code modulation}, [H,L], or [H,1] of trees, not decayed. Sources: arXiv 2107.07999 (GKAT), 2310.04859.
 */
public class GraphKernelAttentionLayer extends GraphKernelLayer {

    /** For Deeplearning4j's JSON. */
    protected GraphKernelAttentionLayer() {}

    protected GraphKernelAttentionLayer(Builder builder) {
        super(builder);
        settled(builder);
    }

    @Override
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("nodes", getWidth());
        Value graph = p.input("graph", getMemoryWidth());
        return p.output(GraphPart.add(p, getAttention(), x, graph, getModulation(), getNodeMask(), getWidth()));
    }

    @Override
    protected List<String> parameterOrder() {
        return PerformerAttentionLayer.ORDER;
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends GraphKernelLayer.Builder<Builder> {

        /**
         * {@inheritDoc}
         *
         * @throws IllegalArgumentException if the options need an order of nodes, are not linear, or keep statistics
         */
        @Override
        public GraphKernelAttentionLayer build() {
            return new GraphKernelAttentionLayer(this);
        }
    }
}
