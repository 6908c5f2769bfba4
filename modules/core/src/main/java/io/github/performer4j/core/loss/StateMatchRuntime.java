package io.github.performer4j.core.loss;

import io.github.performer4j.core.layer.StateMatchLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runtime of {@link StateMatchLayer}: W has no gradient, because Deeplearning4j's {@code NoOp} would subtract it as it is. */
public final class StateMatchRuntime extends MeanTokenOutputRuntime {
    public StateMatchRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray ignored, LayerWorkspaceMgr workspaces) {
        Pair<Gradient, INDArray> gradients = super.backpropGradient(ignored, workspaces);
        gradients.getFirst().gradientForVariable().values().forEach(gradient -> gradient.assign(0));
        return gradients;
    }
}
