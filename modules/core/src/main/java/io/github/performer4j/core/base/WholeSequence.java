package io.github.performer4j.core.base;

import io.github.performer4j.core.workspace.FusedLayer;
import java.util.Map;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A runtime that must see a sequence whole, because its layer mixes tokens or knows their places and keeps no state from one call to the next.
 *
 * <p>Deeplearning4j's {@code rnnTimeStep} and truncated BPTT hand a sequence over in parts, and call plain {@code activate} on every layer that is no {@link RecurrentLayer}: the
 * layer would take each part for a sequence of its own, without a word. As a recurrent layer it is asked, also where it is frozen, and refuses.
 */
public interface WholeSequence extends RecurrentLayer {

    /** The graph runtime of such a layer. */
    final class OnGraph extends GraphRuntime implements WholeSequence {
        OnGraph(NeuralNetConfiguration conf, DataType type) {
            super(conf, type);
        }
    }

    /** The fused runtime of such a layer. */
    final class OnKernels extends FusedRuntime implements WholeSequence {
        OnKernels(NeuralNetConfiguration conf, DataType type, FusedLayer layer) {
            super(conf, type, layer);
        }
    }

    /**
     * Refuses.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    default INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaces) {
        throw refusal("rnnTimeStep", "call output() on the whole sequence instead");
    }

    /**
     * Refuses: this is how truncated BPTT runs forward.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    default INDArray rnnActivateUsingStoredState(
            INDArray input, boolean training, boolean storeLast, LayerWorkspaceMgr workspaces) {
        throw refusal("truncated BPTT", "train with BackpropType.Standard instead");
    }

    /**
     * Refuses.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    default Pair<Gradient, INDArray> tbpttBackpropGradient(
            INDArray epsilon, int backLength, LayerWorkspaceMgr workspaces) {
        throw refusal("truncated BPTT", "train with BackpropType.Standard instead");
    }

    private UnsupportedOperationException refusal(String what, String instead) {
        GraphLayer layer = (GraphLayer) conf().getLayer();
        return new UnsupportedOperationException(what
                + " needs the state of earlier tokens, which this layer does not keep: it would see each part as a sequence of its own, because "
                + layer.whole() + "; " + instead + "; layer=" + layer.getLayerName() + ", type="
                + layer.getClass().getSimpleName());
    }

    /** Returns an empty map: there is no state. */
    @Override
    default Map<String, INDArray> rnnGetPreviousState() {
        return Map.of();
    }

    /**
     * Accepts that there is no state.
     *
     * @throws UnsupportedOperationException if there is one
     */
    @Override
    default void rnnSetPreviousState(Map<String, INDArray> state) {
        if (state != null && !state.isEmpty()) {
            throw refusal("rnnSetPreviousState", "call output() on the whole sequence instead");
        }
    }

    @Override
    default void rnnClearPreviousState() {}

    @Override
    default Map<String, INDArray> rnnGetTBPTTState() {
        return Map.of();
    }

    @Override
    default void rnnSetTBPTTState(Map<String, INDArray> state) {
        rnnSetPreviousState(state);
    }
}
