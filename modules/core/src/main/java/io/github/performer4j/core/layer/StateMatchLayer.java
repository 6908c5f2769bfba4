package io.github.performer4j.core.layer;

import io.github.performer4j.core.loss.MeanTokenOutputRuntime;
import io.github.performer4j.core.loss.StateMatchRuntime;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Compares hidden states with those of another net: the mean over tokens of {@code Σ_e (x W − t)_e² / E}, x, t [B,T,E]. W [E,E], the scale of the states, is set by whoever makes the net and stays: it has no
 * gradient, decay or updater.
 */
public class StateMatchLayer extends MeanTokenOutputLayer {
    /** For Deeplearning4j's JSON. */
    protected StateMatchLayer() {}

    /**
     * Makes the layer.
     *
     * @param width E
     */
    public StateMatchLayer(int width) {
        super(builder(width));
    }

    private static Builder builder(int width) {
        Builder builder = new Builder(LossFunction.MSE);
        builder.activation(Activation.IDENTITY);
        builder.nIn(width);
        builder.nOut(width);
        builder.hasBias(false);
        builder.updater(new NoOp());
        return builder;
    }

    @Override
    MeanTokenOutputRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return new StateMatchRuntime(conf, type);
    }
}
