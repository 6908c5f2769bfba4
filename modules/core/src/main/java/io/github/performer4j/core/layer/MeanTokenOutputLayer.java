package io.github.performer4j.core.layer;

import io.github.performer4j.core.loss.MeanLoss;
import io.github.performer4j.core.loss.MeanTokenOutputRuntime;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Deeplearning4j's output layer for each token, [B,T,E] → [B,T,C], whose score and gradient are means over the tokens
 * that count, whatever the net's {@code miniBatch} says: the head of a task of your own that has numbers, or sets of
 * labels, for each token ({@link io.github.performer4j.core.task.HeadPlace#perToken}).
 *
 * <p>Deeplearning4j's own is a sum over the tokens, divided by B where {@code miniBatch} is on, so that its step grows
 * with the lengths; and without a mask of labels it counts padded tokens. Labels are [B,T,C]; tokens that the label
 * mask [B,T], or without one the mask of the input, hides do not count, whatever stands there, NaN included. One class
 * for each token, by ids, is {@link LanguageModelHeadLayer}'s.
 */
public class MeanTokenOutputLayer extends RnnOutputLayer {
    /** For Deeplearning4j's JSON. */
    protected MeanTokenOutputLayer() {}

    protected MeanTokenOutputLayer(Builder builder) {
        RnnOutputLayer plain = builder.plain(); // whose constructor from a builder is private
        setLayerName(plain.getLayerName());
        setIDropout(plain.getIDropout());
        setConstraints(plain.getConstraints());
        setActivationFn(plain.getActivationFn());
        setWeightInitFn(plain.getWeightInitFn());
        setBiasInit(plain.getBiasInit());
        setGainInit(plain.getGainInit());
        setRegularization(plain.getRegularization());
        setRegularizationBias(plain.getRegularizationBias());
        setIUpdater(plain.getIUpdater());
        setBiasUpdater(plain.getBiasUpdater());
        setWeightNoise(plain.getWeightNoise());
        setGradientNormalization(plain.getGradientNormalization());
        setGradientNormalizationThreshold(plain.getGradientNormalizationThreshold());
        setNIn(plain.getNIn());
        setNOut(plain.getNOut());
        setTimeDistributedFormat(plain.getTimeDistributedFormat());
        setLossFn(plain.getLossFn());
        setHasBias(plain.isHasBias());
        setRnnDataFormat(plain.getRnnDataFormat());
        if (getLossFn() instanceof LossSparseMCXENT) {
            throw new IllegalArgumentException("classes of tokens by their ids are LanguageModelHeadLayer's; layer="
                    + getLayerName() + ", loss=" + getLossFn());
        }
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int layerIndex,
            INDArray parametersView,
            boolean initializeParameters,
            DataType networkType) {
        return MeanLoss.begun(
                runtime(conf, networkType), conf, listeners, layerIndex, parametersView, initializeParameters);
    }

    MeanTokenOutputRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return new MeanTokenOutputRuntime(conf, type);
    }

    /** Builds the layer; its format is [B,T,E], that of performer4j's bodies, unless {@code dataFormat} says otherwise. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends RnnOutputLayer.Builder {
        /**
         * Begins with a loss function.
         *
         * @param loss per token; the layer takes the mean
         */
        public Builder(ILossFunction loss) {
            super(loss);
            dataFormat(RNNFormat.NWC);
        }

        /** Begins with a loss function of that name. */
        public Builder(LossFunction loss) {
            this(loss.getILossFunction());
        }

        private RnnOutputLayer plain() {
            return super.build();
        }

        @Override
        public MeanTokenOutputLayer build() {
            return new MeanTokenOutputLayer(this);
        }
    }
}
