package io.github.performer4j.core.loss;

import io.github.performer4j.core.workspace.PaddedRows;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.RnnLossLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runtime of {@code StateMatchLayer}: one difference d = x − t each for score and gradient, {@code |d|² / (n E s²)} and {@code 2 d / (n E s²)} of n tokens that count. */
public final class StateMatchRuntime extends RnnLossLayer {
    private final double scale;

    /**
     * Makes the runtime.
     *
     * @param scale s
     */
    public StateMatchRuntime(NeuralNetConfiguration conf, DataType type, double scale) {
        super(conf, type);
        this.scale = scale;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
        return null; // nothing is above, and the mask of the labels alone counts
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        return workspaces.leverageTo(ArrayType.ACTIVATIONS, input);
    }

    @Override
    public double computeScore(double regularization, boolean training, LayerWorkspaceMgr workspaces) {
        INDArray d = difference(ArrayType.FF_WORKING_MEM, workspaces);
        double norm = Nd4j.getBlasWrapper().level1().nrm2(d.reshape(d.length()));
        score = norm * norm * factor() + regularization;
        return score;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray ignored, LayerWorkspaceMgr workspaces) {
        INDArray d = difference(ArrayType.ACTIVATION_GRAD, workspaces);
        return new Pair<>(new DefaultGradient(), d.muli(2 * factor() * (conf().isMiniBatch() ? labels.size(0) : 1)));
    }

    @Override
    public INDArray computeScoreForExamples(double regularization, LayerWorkspaceMgr workspaces) {
        throw new UnsupportedOperationException("states are compared token by token, not by example");
    }

    /** Returns x − t, [B,T,E]; 0 in padding, whatever stands there, NaN included. */
    private INDArray difference(ArrayType where, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        INDArray d = workspaces.dup(where, input, 'c').subi(labels);
        if (maskArray != null && PaddedRows.any(maskArray)) {
            PaddedRows.zero(d, maskArray);
        }
        return d;
    }

    private double factor() {
        double count = MeanLoss.count(maskArray, dataType, (double) labels.size(0) * labels.size(1));
        return 1 / (count * labels.size(2) * scale * scale);
    }
}
