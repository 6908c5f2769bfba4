package io.github.performer4j.core.base;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Recomputation of activations (activation or gradient checkpointing; Chen et al.: <em>Training Deep Nets with Sublinear Memory Cost</em>, arXiv 1604.06174), layer by layer:
 *
 * <pre>
 * forward    x_{l+1} = f_l(x_l)                     l = 0 … L−1, only x_0 … x_L are kept
 * backward   l = L−1 … 0:  f_l(x_l) again, in memory that all layers share, and back through it
 * </pre>
 *
 * <p>A block of a Transformer is one layer here. With it a block of width E keeps E values of a token instead of 5E and those of its feed-forward layer's hidden field and of its attention's states,
 * and the memory of one block serves for all; a step makes one more forward pass, less the head's. Draws depend on the step and the layer alone, so features and dropout repeat and gradients
 * are the same bits.
 *
 * <p>It is a setting of the net in memory, not of its configuration: it is not saved, and may change between two steps. Layers of other origin keep what they always do.
 */
public final class Recomputation {
    private Recomputation() {}

    /**
     * Begins or ends it.
     *
     * @param net any graph, initialised; not between a forward pass and its backward pass
     * @param on whether activations are recomputed
     */
    public static void set(ComputationGraph net, boolean on) {
        Kept shared = on ? Kept.ofNet() : null;
        for (Layer layer : net.getLayers()) {
            if (layer instanceof IOutputLayer) {
                continue; // goes back as soon as it has its loss
            }
            GraphRuntime.of(layer).ifPresent(runtime -> runtime.recompute(shared));
        }
    }
}
