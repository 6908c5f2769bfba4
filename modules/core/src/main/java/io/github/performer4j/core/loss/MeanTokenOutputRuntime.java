package io.github.performer4j.core.loss;

import io.github.performer4j.core.base.TokenMask;
import io.github.performer4j.core.layer.MeanTokenOutputLayer;
import io.github.performer4j.core.workspace.PaddedRows;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.RnnOutputLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runtime of {@link MeanTokenOutputLayer}: Deeplearning4j's sums over the tokens, divided by the number of tokens that count; see {@link MeanLoss}. */
public class MeanTokenOutputRuntime extends RnnOutputLayer {
    private INDArray tokenMask;
    private boolean forgetWithNextInput;

    public MeanTokenOutputRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    /**
     * Takes the mask of tokens for that of labels, unless those come with one of their own; Deeplearning4j's layer would
     * count padded tokens. It says null both where labels have no mask and where it forgets all masks, so that the mask
     * of the tokens goes with the next input, as in {@link TokenLossRuntime}.
     */
    @Override
    public void setMaskArray(INDArray labelMask) {
        super.setMaskArray(labelMask == null ? tokenMask : labelMask);
        forgetWithNextInput = labelMask == null;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
        tokenMask = state == MaskState.Active ? TokenMask.real(mask) : null;
        super.setMaskArray(tokenMask);
        forgetWithNextInput = false;
        return null; // nothing is above
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        if (forgetWithNextInput) {
            tokenMask = null;
            forgetWithNextInput = false;
            super.setMaskArray(null);
        }
        super.setInput(input, workspaces);
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
        return MeanLoss.factor(
                conf(),
                labels.size(0),
                MeanLoss.count(
                        maskArray,
                        dataType,
                        (double) labels.length() / layerConf().getNOut()));
    }

    /** Returns labels [B·T,C] in the mask's order, 0 in hidden tokens: whatever stands there, NaN included, reaches nothing. */
    @Override
    protected INDArray getLabels2d(LayerWorkspaceMgr workspaces, ArrayType where) {
        INDArray rows = super.getLabels2d(workspaces, where);
        if (maskArray == null || !PaddedRows.any(maskArray)) {
            return rows;
        }
        INDArray copy = workspaces.dup(where, rows, 'c');
        PaddedRows.zero(copy.reshape(1, copy.size(0), copy.size(1)), maskArray.reshape(1, maskArray.length()));
        return copy;
    }
}
