package io.github.performer4j.core.layer;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.weights.WeightInitUtil;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonInclude;

/**
 * Base of performer4j's layers: one definition, {@link #define}, executed by {@link GraphRuntime}.
 *
 * <p>It is an ordinary Deeplearning4j layer (updaters, regularisation, JSON, zip), with a runtime of its own because that of
 * Deeplearning4j M2.1 doubles every gradient, draws dropout anew in the backward pass, and gives sequences a mask of the wrong shape.
 */
public abstract class GraphLayer extends SameDiffLayer {
    private Progress progress;

    protected GraphLayer() {}

    protected GraphLayer(Builder<?> builder) {
        super(builder);
    }

    /**
     * Defines the layer.
     *
     * @param scope input, parameters, mask, draws
     * @return the layer's activations; for output layers the scalar loss, see {@link TokenLossRuntime}
     */
    public abstract SDVariable define(GraphScope scope);

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException always: draws and static shapes are known to {@link GraphRuntime} only
     */
    @Override
    public SDVariable defineLayer(
            SameDiff sd, SDVariable layerInput, Map<String, SDVariable> parameters, SDVariable mask) {
        throw new UnsupportedOperationException("performer4j layers are defined through define(GraphScope)");
    }

    /**
     * Returns an input in the shape that {@link #define} knows, or refuses it.
     *
     * @param input as another layer or an iterator made it
     * @return the input or a view of it
     * @throws IllegalArgumentException naming layer, expected and found shape
     */
    protected INDArray admit(INDArray input) {
        return input;
    }

    /**
     * Returns whether a token's result depends on this token alone, and not on others or on its place: only then may a sequence come in parts, as {@code rnnTimeStep} and
     * truncated BPTT bring it.
     */
    protected boolean perToken() {
        return false;
    }

    /** Returns whether inputs have a gradient; token ids have none. */
    protected boolean differentiableInput() {
        return true;
    }

    /** Returns whether a parameter is state that forward passes move, as statistics that attention keeps, and not a weight. */
    public boolean isState(String parameter) {
        return false;
    }

    /** {@inheritDoc} State is no weight: nothing adapts its step. */
    @Override
    public IUpdater getUpdaterByParam(String name) {
        return isState(name) ? new NoOp() : super.getUpdaterByParam(name);
    }

    /** {@inheritDoc} State does not decay. */
    @Override
    public List<Regularization> getRegularizationByParam(String name) {
        return isState(name) ? List.of() : super.getRegularizationByParam(name);
    }

    /** Returns how far the layer has been trained; null if it is as initialised, or from a file that does not say. No part of equality. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public Progress getProgress() {
        return progress;
    }

    public void setProgress(Progress progress) {
        this.progress = progress;
    }

    /** Returns which dimension of inputs of rank 3 counts tokens: 1, or 2 for [B,E,T]. */
    protected int tokenDimension() {
        return 1;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int layerIndex,
            INDArray parametersView,
            boolean initializeParameters,
            DataType networkType) {
        Checks.floats(networkType, getLayerName());
        requireWholeSteps();
        GraphRuntime runtime = runtime(conf, networkType);
        runtime.setListeners(listeners);
        runtime.setIndex(layerIndex);
        runtime.setParamsViewArray(parametersView);
        runtime.setParamTable(initializer().init(conf, parametersView, initializeParameters));
        return runtime;
    }

    /** Refuses what would measure steps of state together with gradients, and scale both. */
    private void requireWholeSteps() {
        boolean normalized =
                getGradientNormalization() != null && getGradientNormalization() != GradientNormalization.None;
        if (normalized && getLayerParams().getBiasParameterKeys().stream().anyMatch(this::isState)) {
            throw new IllegalArgumentException(
                    "a layer that keeps statistics needs gradientNormalization=None, because others would scale their steps; layer="
                            + getLayerName() + ", gradientNormalization=" + getGradientNormalization());
        }
    }

    /** Makes the runtime that executes this layer. */
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return WholeSequence.onGraph(conf, type);
    }

    /** Refuses sequences [B,E,T] for layers that know [B,T,E] only: read as [B,T,E] they would train on nonsense. */
    protected final void requireTokensFirst(InputType inputType) {
        if (inputType instanceof InputType.InputTypeRecurrent r && r.getFormat() == RNNFormat.NCW) {
            throw new IllegalArgumentException(
                    "input must be [B,T,E] (RNNFormat.NWC); layer=" + getLayerName() + ", input=" + inputType);
        }
    }

    /** Draws a weight [in,out] by the layer's scheme, and leaves the draw's seed to the net's. */
    protected final void drawWeight(Map<String, INDArray> parameters, String name) {
        INDArray w = parameters.get(name);
        WeightInitUtil.initWeights(w.size(0), w.size(1), w.shape(), weightInit, null, 'c', w);
    }
}
