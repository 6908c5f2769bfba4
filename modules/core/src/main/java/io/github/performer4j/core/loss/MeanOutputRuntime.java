package io.github.performer4j.core.loss;

import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.base.TokenMask;
import io.github.performer4j.core.layer.MeanOutputLayer;
import io.github.performer4j.core.workspace.PaddedRows;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** Runtime of {@link MeanOutputLayer}: Deeplearning4j's sums over the examples, divided by the number of examples that count; see {@link MeanLoss}. */
public final class MeanOutputRuntime extends OutputLayer {

    public MeanOutputRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public double computeScore(double regularization, boolean training, LayerWorkspaceMgr workspaces) {
        score = super.computeScore(0, training, workspaces) * factor() + regularization;
        return score;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray ignored, LayerWorkspaceMgr workspaces) {
        return MeanLoss.means(super.backpropGradient(ignored, workspaces), factor());
    }

    private double factor() {
        return MeanLoss.factor(conf(), getInputMiniBatchSize(), MeanLoss.count(maskArray, dataType, labels.size(0)));
    }

    /** Returns labels as the loss reads them, 0 in hidden examples: whatever stands there, NaN included, reaches nothing. */
    @Override
    protected INDArray getLabels2d(LayerWorkspaceMgr workspaces, ArrayType where) {
        boolean sparse = layerConf().getLossFn() instanceof LossSparseMCXENT;
        long columns = sparse ? 1 : layerConf().getNOut();
        long batch = input.size(0);
        String name = layerConf().getLayerName();
        if (labels.rank() != 2 || labels.size(0) != batch || labels.size(1) != columns) {
            throw new IllegalArgumentException("labels must be " + (sparse ? "class ids [B,1]" : "numbers [B,C]")
                    + "; layer=" + name + ", expected=" + Arrays.toString(new long[] {batch, columns}) + ", found="
                    + Arrays.toString(labels.shape()));
        }
        maskArray = TokenMask.of(maskArray, batch, 1, dataType, name);
        if (maskArray != null && !PaddedRows.any(maskArray)) {
            maskArray = null; // Deeplearning4j takes [1,1] for a mask of outputs, which its losses refuse
        }
        if (sparse) {
            TokenIds.read(labels, maskArray, layerConf().getNOut(), name);
        }
        INDArray typed = workspaces.dup(where, labels, 'c').castTo(dataType);
        if (maskArray != null) {
            PaddedRows.zero(typed.reshape(batch, 1, columns), maskArray);
        }
        return typed;
    }
}
