package io.github.performer4j.core.loss;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What Deeplearning4j's output layers need to give means over what counts, examples or tokens, where it gives sums.
 *
 * <p>Where the net's {@code miniBatch} is on, Deeplearning4j divides the score in the layer and every gradient in the
 * updater by B; a layer undoes that for what it hands out.
 */
public final class MeanLoss {
    private MeanLoss() {}

    /** Returns what makes means of Deeplearning4j's sums. */
    static double factor(NeuralNetConfiguration conf, long batch, double count) {
        return (conf.isMiniBatch() ? batch : 1) / count;
    }

    /**
     * Returns how much counts.
     *
     * @param mask 1 for what counts; null if all does
     * @param all how much there is
     * @return 1 if nothing counts: its loss is 0
     */
    static double count(INDArray mask, DataType type, double all) {
        return mask == null ? all : Math.max(1, mask.castTo(type).sumNumber().doubleValue());
    }

    /** Makes means of sums, in place. */
    static Pair<Gradient, INDArray> means(Pair<Gradient, INDArray> sums, double factor) {
        if (factor != 1) {
            sums.getFirst().gradientForVariable().values().forEach(gradient -> gradient.muli(factor));
            sums.getSecond().muli(factor);
        }
        return sums;
    }

    /** Returns a runtime with its place in a net, as Deeplearning4j's layers give it to theirs. */
    public static Layer begun(
            Layer runtime,
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialize) {
        runtime.setListeners(listeners);
        runtime.setIndex(index);
        runtime.setParamsViewArray(parameters);
        runtime.setParamTable(conf.getLayer().initializer().init(conf, parameters, initialize));
        runtime.setConf(conf);
        return runtime;
    }
}
