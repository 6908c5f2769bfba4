package io.github.performer4j.core.base;

import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.workspace.FusedLayer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A runtime that takes a sequence in parts, with a {@linkplain Carry state} between them: Deeplearning4j's {@code rnnTimeStep} and truncated BPTT give what the whole sequence gives, up to
 * the gradients that truncation leaves out.
 */
public interface SequenceParts extends RecurrentLayer {

    /** The two states that Deeplearning4j tells apart. */
    final class States {
        private Map<String, INDArray> previous = Map.of();
        private Map<String, INDArray> truncated = Map.of();
    }

    /** Returns the graph runtime of a layer, as its sequences may come. */
    static GraphRuntime onGraph(NeuralNetConfiguration conf, DataType type) {
        GraphLayer layer = (GraphLayer) conf.getLayer();
        return layer.perToken()
                ? new GraphRuntime(conf, type)
                : layer.whole() == null ? new OnGraph(conf, type) : new WholeSequence.OnGraph(conf, type);
    }

    /** Returns the fused runtime of a layer, as its sequences may come. */
    static FusedRuntime onKernels(NeuralNetConfiguration conf, DataType type, FusedLayer fused) {
        GraphLayer layer = (GraphLayer) conf.getLayer();
        return layer.perToken()
                ? new FusedRuntime(conf, type, fused)
                : layer.whole() == null
                        ? new OnKernels(conf, type, fused)
                        : new WholeSequence.OnKernels(conf, type, fused);
    }

    /** The graph runtime of such a layer. */
    final class OnGraph extends GraphRuntime implements SequenceParts {
        private final States states = new States();

        private OnGraph(NeuralNetConfiguration conf, DataType type) {
            super(conf, type);
        }

        @Override
        public States states() {
            return states;
        }
    }

    /** The fused runtime of such a layer. */
    final class OnKernels extends FusedRuntime implements SequenceParts {
        private final States states = new States();

        private OnKernels(NeuralNetConfiguration conf, DataType type, FusedLayer layer) {
            super(conf, type, layer);
        }

        @Override
        public States states() {
            return states;
        }
    }

    /** Returns the states. */
    States states();

    /** {@inheritDoc} The next tokens of the sequences that the last calls began. */
    @Override
    default INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaces) {
        Map<String, INDArray> after = new LinkedHashMap<>();
        INDArray out = activatePart(input, false, states().previous, after, workspaces);
        states().previous = after;
        return out;
    }

    private INDArray activatePart(
            INDArray input,
            boolean training,
            Map<String, INDArray> before,
            Map<String, INDArray> after,
            LayerWorkspaceMgr workspaces) {
        setInput(input, workspaces);
        return ((GraphRuntime) this).activatePart(training, before, after, workspaces);
    }

    /** {@inheritDoc} This is how truncated BPTT runs forward. */
    @Override
    default INDArray rnnActivateUsingStoredState(
            INDArray input, boolean training, boolean storeLast, LayerWorkspaceMgr workspaces) {
        Map<String, INDArray> after = new LinkedHashMap<>();
        INDArray out = activatePart(input, training, states().truncated, after, workspaces);
        if (storeLast) {
            states().truncated = after;
        }
        return out;
    }

    /**
     * Lets gradients through the state: the backward pass of the next part, which truncated BPTT runs forward and back, adds what this gives, and {@link #gradientBefore} what it gives in its turn.
     * Parts come from the last to the first then.
     *
     * @param behind gradients of the state behind the next part, as the part behind it gave them; empty for the last one; null to end gradients at each part's start again
     */
    default void letThrough(Map<String, INDArray> behind) {
        ((GraphRuntime) this).fromBehind(behind);
    }

    /**
     * Returns the gradients of the state before the part that was last differentiated; empty at the sequence's start.
     *
     * @throws IllegalStateException if the engine lets none through
     */
    default Map<String, INDArray> gradientBefore() {
        return ((GraphRuntime) this).carry().gradientsBefore();
    }

    /**
     * {@inheritDoc} The gradient ends where the part begins, unless {@linkplain #letThrough it goes through}.
     *
     * @throws UnsupportedOperationException if it were to end later: attention cannot leave out some of a part's tokens
     */
    @Override
    default Pair<Gradient, INDArray> tbpttBackpropGradient(
            INDArray epsilon, int backLength, LayerWorkspaceMgr workspaces) {
        GraphLayer layer = (GraphLayer) conf().getLayer();
        long tokens = epsilon.size(layer.tokenDimension());
        if (backLength < tokens) {
            throw new UnsupportedOperationException(
                    "tBPTTBackwardLength must not be less than tBPTTForwardLength; layer=" + layer.getLayerName()
                            + ", tokens=" + tokens + ", backward=" + backLength);
        }
        return backpropGradient(epsilon, workspaces);
    }

    /** Returns the state of {@code rnnTimeStep}; empty at the start. */
    @Override
    default Map<String, INDArray> rnnGetPreviousState() {
        return new LinkedHashMap<>(states().previous);
    }

    /** {@inheritDoc} One of another layer, batch or draw is refused when it is used. */
    @Override
    default void rnnSetPreviousState(Map<String, INDArray> state) {
        states().previous = state == null ? Map.of() : new LinkedHashMap<>(state);
    }

    @Override
    default void rnnClearPreviousState() {
        states().previous = Map.of();
        states().truncated = Map.of();
    }

    /** Returns the state of truncated BPTT; empty at the start. */
    @Override
    default Map<String, INDArray> rnnGetTBPTTState() {
        return new LinkedHashMap<>(states().truncated);
    }

    @Override
    default void rnnSetTBPTTState(Map<String, INDArray> state) {
        states().truncated = state == null ? Map.of() : new LinkedHashMap<>(state);
    }
}
