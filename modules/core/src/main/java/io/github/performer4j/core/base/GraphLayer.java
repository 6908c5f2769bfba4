package io.github.performer4j.core.base;

import io.github.performer4j.core.loss.TokenLossRuntime;
import io.github.performer4j.core.samediff.GraphScope;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonAlias;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonSetter;

/**
 * Base of performer4j's layers: one definition, {@link #define}, executed by {@link GraphRuntime}.
 *
 * <p>It is an ordinary {@link BaseLayer} of Deeplearning4j, so that updaters, regularisation, initialisation, constraints and
 * the normalisation of gradients come in by Deeplearning4j's own ways: builder, global configuration, {@code FineTuneConfiguration},
 * {@code setLearningRate}; see {@link LayerSettings} for what is refused. It is no SameDiffLayer, which those ways pass over, and
 * whose runtime in M2.1 doubles every gradient, draws dropout anew in the backward pass, and gives sequences a mask of the wrong
 * shape.
 */
public abstract class GraphLayer extends BaseLayer {
    private SDLayerParams layerParams; // null until all shapes are known
    private Progress progress;
    private boolean newUpdater; // not the one that the layer has been trained with
    private boolean newBiasUpdater;

    /** For Deeplearning4j's JSON, and for layers without a builder: everything is inherited. */
    protected GraphLayer() {
        activationFn = new ActivationIdentity();
        biasInit = Double.NaN;
        gainInit = Double.NaN;
        gradientNormalization = null;
        gradientNormalizationThreshold = Double.NaN;
    }

    /** Takes over a builder's settings; the outermost constructor ends with {@link #settled}. */
    protected GraphLayer(Builder<?> builder) {
        super(builder);
        activationFn = new ActivationIdentity();
        setIUpdater(iUpdater);
        setBiasUpdater(biasUpdater);
    }

    /**
     * Ends the construction from a builder, when the layer knows which parameters it has.
     *
     * @throws IllegalArgumentException if the builder asks for what the layer has nothing for, as an activation
     */
    protected final void settled(Builder<?> builder) {
        LayerSettings.requireEffect(this, builder);
        initializeConstraints(builder);
    }

    /**
     * Defines the layer.
     *
     * @param scope input, parameters, mask, draws
     * @return the layer's activations; for output layers the scalar loss, see {@link TokenLossRuntime}
     */
    public abstract SDVariable define(GraphScope scope);

    /**
     * Declares the parameters.
     *
     * @param params receives name and shape of each; a shape may have zeros as long as the layer's width is not known
     */
    public abstract void defineParameters(SDLayerParams params);

    /** Sets initial values; each array is a view of the net's. */
    public abstract void initializeParameters(Map<String, INDArray> parameters);

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
     * Checks how long a sequence is.
     *
     * @param length tokens, those of the parts before among them
     * @throws IllegalArgumentException if the layer knows fewer places
     */
    public void checkLength(long length) {}

    /** Returns whether the output has a row for each token of the input, so that the input's mask holds for it too. */
    protected boolean keepsTokens() {
        return true;
    }

    /**
     * Returns whether a token's result depends on this token alone, and not on others or on its place: only then may a sequence come in parts, as {@code rnnTimeStep} and
     * truncated BPTT bring it.
     */
    public boolean perToken() {
        return false;
    }

    /** Returns why a sequence cannot come in parts, with a state between them; null if it can. Not asked where each token stands alone. */
    public String whole() {
        return "it mixes tokens or knows their places";
    }

    /** Returns whether inputs have a gradient; token ids have none. */
    protected boolean differentiableInput() {
        return true;
    }

    /** Returns whether a parameter is state that forward passes move, as statistics that attention keeps, and not a weight. */
    public boolean isState(String parameter) {
        return false;
    }

    /** Returns whether a parameter stays as it is in training, beside those of layers that Deeplearning4j freezes whole. */
    public boolean isFixed(String parameter) {
        return false;
    }

    /** {@inheritDoc} State is no weight: nothing adapts its step; what is fixed has none. */
    @Override
    public IUpdater getUpdaterByParam(String name) {
        return isState(name) || isFixed(name) ? new NoOp() : super.getUpdaterByParam(name);
    }

    /** {@inheritDoc} State and what is fixed do not decay. */
    @Override
    public List<Regularization> getRegularizationByParam(String name) {
        return isState(name) || isFixed(name) ? List.of() : super.getRegularizationByParam(name);
    }

    /** {@inheritDoc} The layer gets an updater of its own: {@code setLearningRate} changes them in place. */
    @Override
    public void setIUpdater(IUpdater value) {
        super.setIUpdater(value == null ? null : value.clone());
        newUpdater = true;
    }

    /** {@inheritDoc} The layer gets an updater of its own. */
    @Override
    public void setBiasUpdater(IUpdater value) {
        super.setBiasUpdater(value == null ? null : value.clone());
        newBiasUpdater = true;
    }

    /** {@inheritDoc} Of each kind the first holds, which is the layer's own: M2.1 adds a global weight decay to the one that it has already set. */
    @Override
    public void setRegularization(List<Regularization> value) {
        super.setRegularization(LayerSettings.oneOfEachKind(value));
    }

    /** {@inheritDoc} Of each kind the first holds. */
    @Override
    public void setRegularizationBias(List<Regularization> value) {
        super.setRegularizationBias(LayerSettings.oneOfEachKind(value));
    }

    /** {@inheritDoc} There is none; a global one, which a net's other layers use, does not apply. */
    @Override
    public void setActivationFn(IActivation global) {
        // one that a builder asks for is refused
    }

    /** Reads the updater that the layer has been trained with; files of the first format have it as "updater". */
    @JsonSetter("iupdater")
    @JsonAlias("updater")
    private void readUpdater(IUpdater value) {
        super.setIUpdater(value);
    }

    @JsonSetter("biasUpdater")
    private void readBiasUpdater(IUpdater value) {
        super.setBiasUpdater(value);
    }

    /** Reads the initialisation of files of the first format. */
    @JsonSetter("weightInit")
    private void readWeightInit(WeightInit scheme) {
        if (getWeightInitFn() == null) {
            setWeightInitFn(scheme.getWeightInitFunction());
        }
    }

    /** Returns how far the layer has been trained; null if it is as initialised, or from a file that does not say. No part of equality. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public Progress getProgress() {
        return progress;
    }

    public void setProgress(Progress progress) {
        this.progress = progress;
    }

    /** Records a training step. */
    final void trained(Progress now) {
        progress = now;
        newUpdater = false;
        newBiasUpdater = false;
    }

    /** Moves the schedules that the layer has been trained with on by some steps, because the net's count has lost them. */
    final void continueSchedules(long steps) {
        if (!newUpdater) {
            Schedules.moveOn(iUpdater, steps);
        }
        if (!newBiasUpdater) {
            Schedules.moveOn(biasUpdater, steps);
        }
    }

    /** Returns names and shapes of the parameters. */
    public SDLayerParams getLayerParams() {
        if (layerParams != null) {
            return layerParams;
        }
        SDLayerParams declared = new SDLayerParams();
        defineParameters(declared);
        setLayerParams(declared);
        return declared;
    }

    /** Sets names and shapes of the parameters; null, or shapes with zeros, for shapes that are yet to be defined. */
    public void setLayerParams(SDLayerParams declared) {
        boolean known =
                declared != null && declared.getParamShapes().values().stream().noneMatch(GraphLayer::hasZero);
        layerParams = known ? declared : null;
    }

    private static boolean hasZero(long[] shape) {
        for (long n : shape) {
            if (n == 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns which dimension of inputs of rank 3 counts tokens: 1, or 2 for [B,E,T]. */
    public int tokenDimension() {
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
        LayerSettings.requireOffered(this);
        GraphRuntime runtime = runtime(conf, networkType);
        runtime.setListeners(listeners);
        runtime.setIndex(layerIndex);
        runtime.setParamsViewArray(parametersView);
        runtime.setParamTable(initializer().init(conf, parametersView, initializeParameters));
        return runtime;
    }

    /** Makes the runtime that executes this layer. */
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return SequenceParts.onGraph(conf, type);
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
        IWeightInit scheme = getWeightInitFn() == null ? new WeightInitXavier() : getWeightInitFn();
        scheme.init(w.size(0), w.size(1), w.shape(), 'c', w.reshape(w.length()));
    }

    /** Returns whether a parameter is a bias; others that are no weights are not begun at {@code biasInit}. */
    public static boolean isBias(String parameter) {
        return own(parameter).startsWith("b");
    }

    /** Returns a parameter's name without the scope in front. */
    private static String own(String parameter) {
        return parameter.substring(parameter.lastIndexOf('.') + 1);
    }

    /** Returns whether a parameter is the gain of a norm. */
    public static boolean isGain(String parameter) {
        return own(parameter).startsWith("gain");
    }

    /** Returns what biases begin at: 0 unless {@code biasInit} says otherwise. */
    protected final double firstBias() {
        return Double.isNaN(getBiasInit()) ? 0 : getBiasInit();
    }

    /** Returns what gains begin at: 1 unless {@code gainInit} says otherwise. */
    protected final double firstGain() {
        return Double.isNaN(getGainInit()) ? 1 : getGainInit();
    }

    /** Returns the mask that the layers above see. */
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
        return new Pair<>(mask, state);
    }

    @Override
    public final ParamInitializer initializer() {
        return DeclaredParameters.INSTANCE;
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        // widths are the layer's own
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    @Override
    public boolean isPretrainParam(String name) {
        return false;
    }

    /** {@inheritDoc} Parameters and the state of their updaters; what a pass works with depends on the engine, and counts 0. */
    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        InputType out = getOutputType(-1, inputType);
        long parameters = initializer().numParams(this);
        long state = getLayerParams().getParamShapes().entrySet().stream()
                .mapToLong(entry -> {
                    IUpdater updater = getUpdaterByParam(entry.getKey());
                    return updater == null
                            ? 0
                            : updater.stateSize(Arrays.stream(entry.getValue()).reduce(1, (a, b) -> a * b));
                })
                .sum();
        return new LayerMemoryReport.Builder(getLayerName(), getClass(), inputType, out)
                .standardMemory(parameters, state)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException always: Deeplearning4j's {@code nOutReplace} asks for it before it takes the layer for a plain one
     */
    @Override
    public void resetLayerDefaultConfig() {
        throw new UnsupportedOperationException(
                "nOutReplace knows plain layers only: remove the layer and add another one; layer=" + getLayerName());
    }

    /** {@inheritDoc} The copy has updaters of its own, so that another learning rate for one net is none for the other. */
    @Override
    public GraphLayer clone() {
        GraphLayer copy = (GraphLayer) super.clone();
        copy.iUpdater = iUpdater == null ? null : iUpdater.clone();
        copy.biasUpdater = biasUpdater == null ? null : biasUpdater.clone();
        return copy;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GraphLayer layer
                && layer.getClass() == getClass()
                && super.equals(other)
                && Objects.equals(getLayerParams(), layer.getLayerParams());
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }

    /**
     * Settings that Deeplearning4j's layers share.
     *
     * @param <T> the concrete builder
     */
    public abstract static class Builder<T extends Builder<T>> extends BaseLayer.Builder<T> {}
}
