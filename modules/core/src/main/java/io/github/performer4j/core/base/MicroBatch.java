package io.github.performer4j.core.base;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Tells a net which part of an iteration's batch it is about to see, so that the parts drop different entries.
 *
 * <p>Whoever accumulates gradients over several batches per update calls {@link #set} before each; plain {@code fit} needs nothing.
 */
public final class MicroBatch {
    private MicroBatch() {}

    /**
     * Sets the index that dropout draws depend on beside seed, layer and iteration.
     *
     * @param net any graph; layers of other origin are left alone
     * @param index position within the iteration, from 0
     */
    public static void set(ComputationGraph net, int index) {
        for (Layer layer : net.getLayers()) {
            GraphRuntime.of(layer).ifPresent(runtime -> runtime.setMicroBatch(index));
        }
    }
}
