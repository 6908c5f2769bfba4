package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.NodeMask;
import io.github.performer4j.core.program.GraphPart;
import io.github.performer4j.core.sides.TwoSidedLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.shade.jackson.annotation.JsonPropertyOrder;

/**
 * Base of layers in which the nodes of graphs attend to each other: nodes [B,N,E] and, as the second input, entries of the factors of each graph's kernel, [B,S,2+2L], or what else {@link NodeMask} says, as edges of trees, [B,S,3], see
 * {@link io.github.performer4j.core.graph.GraphArrays} → [B,N,E]. A {@link SidesVertex} joins both. Graphs of other sizes are padded, and so are entries; or all graphs of a batch are one
 * block-diagonal graph, B = 1.
 *
 * <p>Options that need an order of tokens are refused: causal, decay, convolution, window, rotary positions. Deeplearning4j's {@code dropOut} drops entries of the nodes alone.
 */
@JsonPropertyOrder("nodeMask") // it says what widths there are
public abstract class GraphKernelLayer extends TwoSidedLayer {
    private AttentionOptions attention = AttentionOptions.defaults();
    private List<Double> modulation = List.of();
    private NodeMask nodeMask = NodeMask.kernel();

    /** For Deeplearning4j's JSON. */
    protected GraphKernelLayer() {}

    /** Takes over a builder's settings. */
    protected GraphKernelLayer(Builder<?> builder) {
        super(builder);
        attention = GraphPart.checked(builder.attention.pinned());
        modulation = List.copyOf(builder.modulation);
        nodeMask = builder.nodeMask;
        nodeMask.check(attention.heads());
        if (!nodeMask.groups().isEmpty() && attention.groups().size() > 1) {
            throw new IllegalArgumentException("kernels of groups need heads that attend alike; kernels="
                    + nodeMask.groups() + ", groups of heads="
                    + attention.groups().keySet());
        }
        setMemoryWidth(getMemoryWidth());
        checkWidth(getWidth());
    }

    @Override
    protected void checkWidth(int known) {
        if (known > 0) {
            attention.headSize(known);
        }
    }

    /** {@inheritDoc} Entries are no activations. */
    @Override
    public boolean dropsMemory() {
        return false;
    }

    /**
     * {@inheritDoc} It is 2 + 2L, or 3 of trees and paths, or 1 + d of points.
     *
     * @throws IllegalArgumentException if it is not, or f was given for other lengths
     */
    @Override
    public void setMemoryWidth(int memoryWidth) {
        if (memoryWidth != 0) {
            GraphPart.check(modulation, nodeMask.kind(memoryWidth).parameters());
        }
        super.setMemoryWidth(memoryWidth);
    }

    /** Returns how nodes attend. */
    public AttentionOptions getAttention() {
        return attention;
    }

    public void setAttention(AttentionOptions attention) {
        this.attention = GraphPart.checked(attention);
    }

    /** Returns what the second input's rows are, and how heads share them. */
    public NodeMask getNodeMask() {
        return nodeMask;
    }

    public void setNodeMask(NodeMask nodeMask) {
        this.nodeMask = nodeMask == null ? NodeMask.kernel() : nodeMask;
    }

    /** Returns what the weights f of lengths, [L], or the rate of trees, paths and points, [1], begin as; empty for diffusion, λ rising geometrically from 0.5 in the first head to 4 in the last, for trees and paths from 0.1 to 2, and for points from 0.01 to 0.1. */
    public List<Double> getModulation() {
        return modulation;
    }

    public void setModulation(List<Double> modulation) {
        GraphPart.check(modulation, 0);
        this.modulation = List.copyOf(modulation);
    }

    /**
     * Settings that layers over graphs share.
     *
     * @param <T> the concrete builder
     */
    @SuppressWarnings("unchecked")
    public abstract static class Builder<T extends Builder<T>> extends TwoSidedLayer.Builder<T> {
        private AttentionOptions attention = AttentionOptions.defaults();
        private List<Double> modulation = new ArrayList<>();
        private NodeMask nodeMask = NodeMask.kernel();

        /** Sets how nodes attend: heads, feature map and so on. */
        public T attention(AttentionOptions value) {
            attention = value;
            return (T) this;
        }

        /** Sets what the second input's rows are, and how heads share them; by default entries of one kernel for all heads, or edges of trees. */
        public T nodeMask(NodeMask value) {
            nodeMask = value;
            return (T) this;
        }

        /**
         * Sets what the weights f of lengths begin as, for every head; by default those of diffusion, λ rising geometrically from 0.5 in the first head to 4 in the last. Of trees it is the
         * one rate λ, in 1/length, by default from 0.1 in the first head to 2 in the last. They are trained as their logarithms.
         *
         * @param f [L], or [1] of trees, positive and finite
         * @throws IllegalArgumentException if one is not
         */
        public T modulation(double... f) {
            modulation = Arrays.stream(f).boxed().toList();
            GraphPart.check(modulation, 0);
            return (T) this;
        }
    }
}
