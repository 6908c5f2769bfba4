package io.github.performer4j.core.layer;

import io.github.performer4j.core.loss.MeanLoss;
import io.github.performer4j.core.loss.StateMatchRuntime;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * Compares hidden states with those of another net: the mean of {@code Σ_e (x − t)_e² / (E s²)}, x, t [B,T,E], over the tokens that the mask of the labels [B,T] does not hide; without one over all, whatever the
 * mask of the input says. It has no parameters.
 */
public class StateMatchLayer extends RnnLossLayer {
    private double scale = 1;

    /** For Deeplearning4j's JSON. */
    protected StateMatchLayer() {}

    /**
     * Makes the layer.
     *
     * @param width E
     * @param scale s &gt; 0, how large the states are
     */
    public StateMatchLayer(int width, double scale) {
        if (!(scale > 0)) {
            throw new IllegalArgumentException("scale must be positive; scale=" + scale);
        }
        this.scale = scale;
        setNIn(width);
        setNOut(width);
        setRnnDataFormat(RNNFormat.NWC);
        setLossFn(new LossMSE());
        setActivationFn(new ActivationIdentity());
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
                new StateMatchRuntime(conf, networkType, scale),
                conf,
                listeners,
                layerIndex,
                parametersView,
                initializeParameters);
    }

    /** Returns s. */
    public double getScale() {
        return scale;
    }

    public void setScale(double scale) {
        this.scale = scale;
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof StateMatchLayer;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StateMatchLayer own && super.equals(other) && own.scale == scale;
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + Double.hashCode(scale);
    }
}
