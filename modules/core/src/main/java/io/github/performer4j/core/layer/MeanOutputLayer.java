package io.github.performer4j.core.layer;

import io.github.performer4j.core.loss.MeanLoss;
import io.github.performer4j.core.loss.MeanOutputRuntime;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Deeplearning4j's output layer, [B,E] → [B,C], whose score and gradient are means over the examples, whatever the net's {@code miniBatch} says: the head of classifiers
 * and regressions.
 *
 * <p>Deeplearning4j's own is a mean where {@code miniBatch} is on and a sum where it is off, as in performer4j's models; the step of a sum grows with the batch, and so does the
 * printed score. Labels of {@link LossFunction#SPARSE_MCXENT} are class ids [B,1]; of other losses [B,C]. Examples that a label mask [B,1] hides do not count.
 */
public class MeanOutputLayer extends OutputLayer {
    /** For Deeplearning4j's JSON. */
    protected MeanOutputLayer() {}

    protected MeanOutputLayer(Builder builder) {
        super(builder);
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
                new MeanOutputRuntime(conf, networkType),
                conf,
                listeners,
                layerIndex,
                parametersView,
                initializeParameters);
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends OutputLayer.Builder {
        /**
         * Begins with a loss function.
         *
         * @param loss per example; the layer takes the mean
         */
        public Builder(ILossFunction loss) {
            super(loss);
        }

        /** Begins with a loss function of that name. */
        public Builder(LossFunction loss) {
            super(loss);
        }

        @Override
        public MeanOutputLayer build() {
            return new MeanOutputLayer(this);
        }
    }
}
