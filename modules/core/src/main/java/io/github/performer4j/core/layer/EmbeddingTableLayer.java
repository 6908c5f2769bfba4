package io.github.performer4j.core.layer;

import io.github.performer4j.core.samediff.GraphScope;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An embedding table as an activation: token ids in (only so that the graph has an edge), the table W [V,E] out.
 *
 * <p>Deeplearning4j has no shared parameters. With the table as an activation, {@link EmbeddingLookupVertex} and {@link TiedLogitsVertex}
 * both read it, the graph adds up their gradients by itself, and zip, updater and JSON need nothing new. Parameter: W [V,E], drawn
 * N(0, 0.02²). Works in a ComputationGraph only.
 */
public class EmbeddingTableLayer extends TableLayer {
    /** For Deeplearning4j's JSON. */
    protected EmbeddingTableLayer() {}

    /**
     * Makes a table.
     *
     * @param vocabulary V
     * @param width E
     */
    public EmbeddingTableLayer(int vocabulary, int width) {
        super(vocabulary, width);
    }

    @Override
    public SDVariable define(GraphScope scope) {
        return scope.sd().identity(scope.parameter("W"));
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
        return new Pair<>(null, MaskState.Passthrough);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return InputType.feedForward(getWidth());
    }
}
