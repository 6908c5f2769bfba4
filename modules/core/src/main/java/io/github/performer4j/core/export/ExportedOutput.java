package io.github.performer4j.core.export;

import io.github.performer4j.core.layer.MeanOutputLayer;
import io.github.performer4j.core.layer.MeanTokenOutputLayer;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * Deeplearning4j's output layers in a SameDiff graph: {@code f(x W + b)} of [B,E], or of each token of [B,T,E] with 0 in
 * padded ones.
 */
final class ExportedOutput {
    private static final Set<Class<?>> HELD =
            Set.of(OutputLayer.class, MeanOutputLayer.class, RnnOutputLayer.class, MeanTokenOutputLayer.class);

    private ExportedOutput() {}

    /** Returns whether a layer is one of these, and not one that is derived from them. */
    static boolean holds(Layer layer) {
        return HELD.contains(layer.getClass());
    }

    /**
     * Defines an output layer.
     *
     * @param parameters W [E,C] and, if it has one, b [1,C]
     * @throws IllegalArgumentException naming layer and reason, if SameDiff cannot hold it or the input does not fit
     */
    static Exported define(SameDiff sd, Layer layer, Map<String, SDVariable> parameters, Exported in) {
        BaseOutputLayer output = (BaseOutputLayer) layer;
        boolean perToken = layer instanceof RnnOutputLayer;
        if (in.shape().length != (perToken ? 3 : 2)
                || layer instanceof RnnOutputLayer tokens && tokens.getRnnDataFormat() != RNNFormat.NWC) {
            throw new IllegalArgumentException("the input of an output layer in a SameDiff graph must be "
                    + (perToken ? "[B,T,E] (RNNFormat.NWC)" : "[B,E]") + "; layer=" + layer.getLayerName() + ", class="
                    + layer.getClass().getName());
        }
        long[] shape = in.shape().clone();
        long width = shape[shape.length - 1];
        shape[shape.length - 1] = output.getNOut();
        SDVariable rows = perToken ? in.value().reshape(shape[0] * shape[1], width) : in.value();
        SDVariable z = sd.mmul(rows, parameters.get("W"));
        if (output.hasBias()) {
            z = z.add(parameters.get("b"));
        }
        SDVariable y = activation(sd, output, z);
        Exported out = new Exported(perToken ? y.reshape(shape) : y, in.mask(), shape);
        return new Exported(out.visible(1), in.mask(), shape);
    }

    /**
     * Returns the activation of an output layer.
     *
     * @throws IllegalArgumentException naming layer and activation, if it is none of those
     */
    static NetPart.Finish finish(BaseOutputLayer layer) {
        IActivation f = layer.getActivationFn();
        if (f instanceof ActivationSoftmax) {
            return NetPart.Finish.SOFTMAX;
        }
        if (f instanceof ActivationSigmoid) {
            return NetPart.Finish.SIGMOID;
        }
        if (f instanceof ActivationTanH) {
            return NetPart.Finish.TANH;
        }
        if (f instanceof ActivationReLU relu && relu.equals(new ActivationReLU())) { // no ceiling, no slope
            return NetPart.Finish.RELU;
        }
        if (f instanceof ActivationIdentity) {
            return NetPart.Finish.NONE;
        }
        throw new IllegalArgumentException("this activation cannot be written in a format of other programs; layer="
                + layer.getLayerName() + ", activation=" + f);
    }

    private static SDVariable activation(SameDiff sd, BaseOutputLayer layer, SDVariable z) {
        return switch (finish(layer)) {
            case SOFTMAX -> sd.nn().softmax(z, 1);
            case SIGMOID -> sd.nn().sigmoid(z);
            case TANH -> sd.nn().tanh(z);
            case RELU -> sd.nn().relu(z, 0);
            case NONE, UNIT -> z;
        };
    }
}
